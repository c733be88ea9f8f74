"""ask.py: starts serve.py of each kind as a process of its own, and is its client."""

import http.client
import json
import os
import select
import signal
import socket
import subprocess
import sys
import unittest
import urllib.error
import urllib.parse
import urllib.request


class Servers(unittest.TestCase):
    def serve(self, kind):
        process = subprocess.Popen([sys.executable, "serve.py", kind], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

        def end():
            process.kill()
            process.communicate()

        self.addCleanup(end)
        self.process = process
        return int(process.stdout.readline() or self.fail(process.stderr.read()))

    def test_socketserver(self):
        for kind in "tcp", "threading":
            port = self.serve(kind)
            for _ in range(2):
                with socket.create_connection(("localhost", port)) as client, client.makefile("rw") as file:
                    self.assertEqual(file.readline(), "hello 127.0.0.1\n")
                    file.write("Tea\ncuP\n")
                    file.flush()
                    client.shutdown(socket.SHUT_WR)
                    self.assertEqual(file.read(), "tEA\nCUp\n")

    def test_files(self):
        port = self.serve("files")
        with urllib.request.urlopen(f"http://localhost:{port}/ask.py") as response, open("ask.py", "rb") as file:
            self.assertEqual((response.status, response.headers["Content-Type"]), (200, "text/x-python"))
            self.assertEqual(response.read(), file.read())
        with self.assertRaises(urllib.error.HTTPError) as raised:
            urllib.request.urlopen(f"http://localhost:{port}/nothing")
        raised.exception.close()
        self.assertEqual(raised.exception.code, 404)

    def test_nobody_waits_for_a_connection_that_is_kept_alive(self):
        port = self.serve("http")
        silent = socket.create_connection(("127.0.0.1", port))
        clients = [http.client.HTTPConnection("127.0.0.1", port, timeout=10) for _ in range(3)]
        with self.assertRaises(http.client.RemoteDisconnected):
            clients[0].request("GET", "/close")
            clients[0].getresponse()
        for i in range(3):
            for client in clients:
                client.request("POST", "/", b"abc%d" % i)
                response = client.getresponse()
                self.assertEqual((response.status, response.read()), (201, b"%dcba" % i))
        for each in [silent, *clients]:
            each.close()

    def test_a_server_is_killed_in_the_middle_of_a_response(self):
        port = self.serve("http")
        response = urllib.request.urlopen(f"http://127.0.0.1:{port}/")
        self.assertEqual(response.read(1000), b"x" * 1000)
        os.kill(self.process.pid, signal.SIGKILL)
        with self.assertRaises((http.client.IncompleteRead, ConnectionResetError)):
            response.read()
        self.process.wait()
        with self.assertRaises(urllib.error.URLError) as raised:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/")
        self.assertIsInstance(raised.exception.reason, ConnectionRefusedError)

    def test_wsgiref(self):
        port = self.serve("wsgi")
        with urllib.request.urlopen(f"http://localhost:{port}/tea%20time") as response:
            self.assertEqual(response.read(), b"GET /tea time ")
        with urllib.request.urlopen(f"http://localhost:{port}/", data=b"milk" * 50_000) as response:
            self.assertEqual(response.read(), b"POST / " + b"milk" * 50_000)

    def test_bottle(self):
        port = self.serve("bottle")
        data = urllib.parse.urlencode({"cups": 6}).encode()
        with urllib.request.urlopen(f"http://localhost:{port}/cups/ann", data) as response:
            self.assertEqual(response.headers["Set-Cookie"].split(";")[0], "seen=ann")
            self.assertEqual(json.load(response), {"name": "ann", "cups": 7})

    def test_several_servers_at_once(self):
        ports = [self.serve(kind) for kind in ("tcp", "threading", "tcp")]
        clients = [socket.create_connection(("127.0.0.1", port)) for port in ports]
        waiting = list(clients)
        while waiting:
            readable, _, _ = select.select(waiting, [], [], 10)
            self.assertTrue(readable)
            for client in readable:
                self.assertEqual(client.recv(100), b"hello 127.0.0.1\n")
                waiting.remove(client)
        for client in clients:
            client.close()


unittest.main()
