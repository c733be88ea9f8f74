"""Sockets as Python programs know them: each of these tests passes on any CPython, and has to inside the OS."""

import asyncio
import contextlib
import errno
import os
import select
import selectors
import socket
import time
import unittest


def pair():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far, _ = listener.accept()
    return near, far


class Sockets(unittest.TestCase):
    def pair(self):
        near, far = pair()
        self.addCleanup(near.close)
        self.addCleanup(far.close)
        return near, far

    def test_addresses(self):
        with socket.socket() as listener:
            self.assertEqual(listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR), 0)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.assertEqual(listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR), 1)
            listener.bind(("", 0))
            listener.listen()
            host, port = listener.getsockname()
            self.assertGreater(port, 1023)
            with socket.create_connection(("localhost", port), timeout=5) as near:
                far, address = listener.accept()
                with far:
                    self.assertEqual(near.getpeername(), ("127.0.0.1", port))
                    self.assertEqual(far.getsockname(), ("127.0.0.1", port))
                    self.assertEqual(address, near.getsockname())
                    self.assertEqual(far.getpeername(), near.getsockname())
            self.assertEqual(listener.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE), socket.SOCK_STREAM)
            with self.assertRaises(OSError) as raised:
                listener.getpeername()
            self.assertEqual(raised.exception.errno, errno.ENOTCONN)

    def test_names(self):
        self.assertEqual(socket.gethostbyname("localhost"), "127.0.0.1")
        info = socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)
        self.assertEqual(info, [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", 80))])
        self.assertEqual(socket.getaddrinfo(None, "http", type=socket.SOCK_STREAM)[0][4][1], 80)
        self.assertEqual(socket.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST), ("127.0.0.1", "http"))
        self.assertEqual(socket.inet_aton("127.0.0.1"), b"\x7f\0\0\1")
        with self.assertRaises(socket.gaierror):
            socket.getaddrinfo("no good name", 80)

    def test_bytes_both_ways(self):
        near, far = self.pair()
        near.sendall(b"x" * 10)
        self.assertEqual(far.recv(4, socket.MSG_PEEK), b"xxxx")
        self.assertEqual(far.recv(100), b"x" * 10)
        view = bytearray(3)
        far.send(b"abc")
        self.assertEqual((near.recv_into(view), view), (3, b"abc"))
        near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.assertTrue(near.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    def test_files_and_half_close(self):
        near, far = self.pair()
        with near.makefile("rwb") as file:
            file.write(b"one\ntwo\n")
            file.flush()
            near.shutdown(socket.SHUT_WR)
            with far.makefile("r", encoding="ascii") as lines:
                self.assertEqual(list(lines), ["one\n", "two\n"])
            far.sendall(b"answer")
            far.shutdown(socket.SHUT_WR)
            self.assertEqual(file.read(), b"answer")
        with self.assertRaises((BrokenPipeError, ConnectionResetError)):
            near.send(b"after the end")

    def test_timeouts(self):
        near, far = self.pair()
        near.settimeout(0.02)
        start = time.monotonic()
        with self.assertRaises(TimeoutError):
            near.recv(1)
        self.assertGreaterEqual(time.monotonic() - start, 0.015)
        near.setblocking(False)
        with self.assertRaises(BlockingIOError):
            near.recv(1)
        with self.assertRaises(BlockingIOError):
            for _ in range(10_000):
                near.send(b"x" * 65536)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(0.02)
            with self.assertRaises(TimeoutError):
                listener.accept()
            listener.setblocking(False)
            with self.assertRaises(BlockingIOError):
                listener.accept()

    def test_refused_and_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            with self.assertRaises(OSError) as raised:
                socket.create_server(("127.0.0.1", port))
            self.assertEqual(raised.exception.errno, errno.EADDRINUSE)
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        with socket.socket() as late:
            self.assertEqual(late.connect_ex(("127.0.0.1", port)), errno.ECONNREFUSED)
        socket.create_server(("127.0.0.1", port)).close()

    def test_bound_is_not_listening(self):
        with socket.socket() as bound, socket.socket() as client:
            bound.bind(("127.0.0.1", 0))
            self.assertFalse(bound.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
            with self.assertRaises(ConnectionRefusedError):
                socket.create_connection(bound.getsockname())
            with self.assertRaises(OSError) as raised:
                bound.accept()
            self.assertEqual(raised.exception.errno, errno.EINVAL)
            bound.listen()
            self.assertTrue(bound.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
            client.bind(("127.0.0.1", 0))
            client.connect(bound.getsockname())
            far, address = bound.accept()
            far.close()
            self.assertEqual(address, client.getsockname())
            with self.assertRaises(OSError) as raised:
                client.listen()
            self.assertEqual(raised.exception.errno, errno.EINVAL)
            with self.assertRaises(OSError) as raised:
                client.connect(bound.getsockname())
            self.assertEqual(raised.exception.errno, errno.EISCONN)

    def test_backlog(self):
        with socket.socket() as listener, contextlib.ExitStack() as clients:
            listener.bind(("127.0.0.1", 0))
            listener.listen(1)
            two = [clients.enter_context(socket.create_connection(listener.getsockname())) for _ in range(2)]
            late = clients.enter_context(socket.socket())
            late.setblocking(False)
            self.assertEqual(late.connect_ex(listener.getsockname()), errno.EINPROGRESS)
            self.assertEqual(select.select([], [late], [], 0.02), ([], [], []))
            for near in two:
                far, address = listener.accept()
                far.close()
                self.assertEqual(address, near.getsockname())
            self.assertEqual(select.select([], [late], [], 5)[1], [late])
            self.assertEqual(late.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), 0)

    def test_one_call_that_does_not_wait(self):
        near, far = self.pair()
        with self.assertRaises(BlockingIOError):
            near.recv(1, socket.MSG_DONTWAIT)
        self.assertIsNone(near.gettimeout())
        far.send(b"tea", socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
        self.assertEqual(select.select([near], [], [], 5)[0], [near])
        self.assertEqual(near.recv(9, socket.MSG_DONTWAIT | socket.MSG_PEEK), b"tea")
        self.assertEqual(near.recv(9), b"tea")

    def test_the_other_end_is_gone(self):
        near, far = self.pair()
        near.sendall(b"last words")
        near.close()
        self.assertEqual(far.recv(100), b"last words")
        self.assertEqual(far.recv(100), b"")
        with self.assertRaises((BrokenPipeError, ConnectionResetError)):
            for _ in range(3):
                far.sendall(b"x" * 100)

    def test_select_with_several(self):
        pairs = [self.pair() for _ in range(5)]
        ends = [far for _, far in pairs]
        self.assertEqual(select.select(ends, [], [], 0), ([], [], []))
        pairs[1][0].send(b"1")
        pairs[3][0].close()
        readable, writable, _ = select.select(ends, ends[:1], [], 1)
        self.assertEqual((readable, writable), ([ends[1], ends[3]], [ends[0]]))
        poll = select.poll()
        for end in ends:
            poll.register(end, select.POLLIN)
        self.assertEqual(sorted(fd for fd, _ in poll.poll(1000)), sorted([ends[1].fileno(), ends[3].fileno()]))
        with selectors.DefaultSelector() as selector:
            for i, end in enumerate(ends):
                selector.register(end, selectors.EVENT_READ, i)
            self.assertEqual(sorted(key.data for key, _ in selector.select(1)), [1, 3])
        start = time.monotonic()
        select.select([], [], [], 0.02)
        self.assertGreaterEqual(time.monotonic() - start, 0.015)

    def test_duplicates(self):
        near, far = self.pair()
        with socket.fromfd(near.fileno(), near.family, near.type) as other, near.dup() as third:
            self.assertEqual({other.getpeername(), third.getpeername()}, {near.getpeername()})
            near.close()
            other.sendall(b"tea")
            self.assertEqual(far.recv(10), b"tea")
        self.assertEqual(far.recv(10), b"")

    def test_socketpair(self):
        a, b = socket.socketpair()
        with a, b:
            a.send(b"to b")
            self.assertEqual(b.recv(9), b"to b")

    def test_much(self):
        """A megabyte each way, both ends in one process."""
        near, far = self.pair()
        data = os.urandom(1 << 20)
        for one, other in (near, far), (far, near):
            one.setblocking(False)
            got, rest = bytearray(), memoryview(data)
            while len(got) < len(data):
                with contextlib.suppress(BlockingIOError):
                    while rest:
                        rest = rest[one.send(rest):]
                got += other.recv(1 << 16)
            self.assertEqual(got, data)
            one.setblocking(True)

    def test_many_connections(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            for _ in range(300):
                with socket.create_connection(listener.getsockname()) as near:
                    far, _ = listener.accept()
                    with far:
                        near.send(b"x")
                        self.assertEqual(far.recv(1), b"x")


class Asyncio(unittest.IsolatedAsyncioTestCase):
    async def test_streams(self):
        async def shout(reader, writer):
            while line := await reader.readline():
                writer.write(line.upper())
                await writer.drain()
            writer.close()
            await writer.wait_closed()

        server = await asyncio.start_server(shout, "localhost", 0)
        port = server.sockets[0].getsockname()[1]

        async def client(n):
            reader, writer = await asyncio.open_connection("localhost", port)
            self.assertEqual(writer.get_extra_info("peername"), ("127.0.0.1", port))
            answers = []
            for i in range(3):
                writer.write(f"cup {n}.{i}\n".encode())
                answers.append(await reader.readline())
            writer.write_eof()
            self.assertEqual(await reader.read(), b"")
            writer.close()
            await writer.wait_closed()
            return answers

        async with server:
            # More at once than wait at a listener.
            answers = await asyncio.gather(*map(client, range(160)))
        self.assertEqual(answers, [[f"CUP {n}.{i}\n".encode() for i in range(3)] for n in range(160)])

    async def test_messages_in_pieces(self):
        near, far = pair()
        with near, far:
            self.assertEqual(near.sendmsg([b"green ", bytearray(b"tea")]), 9)
            self.assertEqual(far.recvmsg(5)[:2], (b"green", []))
            head, rest = bytearray(2), bytearray(9)
            self.assertEqual(far.recvmsg_into([head, rest])[0], 4)
            self.assertEqual((head, rest[:2]), (b" t", b"ea"))
        self.assertEqual(socket.inet_ntoa(socket.inet_aton("192.0.2.1")), "192.0.2.1")

    async def test_what_fails(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            with self.assertRaises(OSError):
                await asyncio.start_server(lambda *_: None, "127.0.0.1", port)
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            with self.assertRaises(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.02)
            writer.close()
        with self.assertRaises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)

    async def test_sockets_of_the_loop(self):
        loop = asyncio.get_running_loop()
        near, far = pair()
        with near, far:
            near.setblocking(False), far.setblocking(False)
            receiving = asyncio.create_task(loop.sock_recv(far, 100))
            await loop.sock_sendall(near, b"tea")
            self.assertEqual(await receiving, b"tea")
        self.assertEqual(await asyncio.to_thread(sum, [1, 2]), 3)


unittest.main()
