"""Servers and clients where there are no threads and no TLS: what the standard library leaves to them is done in turn."""

import errno
import os
import select
import selectors


def adapt_socket(module):
    """What the C library lacks, of what stream sockets have elsewhere."""
    def inet_ntoa(packed_ip):
        if len(packed_ip) != 4:
            raise OSError("packed IP wrong length")
        return module.inet_ntop(module.AF_INET, packed_ip)

    def sendmsg(self, buffers, ancdata=(), flags=0, address=None):
        if list(ancdata):
            raise OSError(errno.EOPNOTSUPP, "there is no ancillary data")
        return self.send(b"".join(map(bytes, buffers)), flags)

    def recvmsg(self, bufsize, ancbufsize=0, flags=0):
        return self.recv(bufsize, flags), [], 0, None

    def recvmsg_into(self, buffers, ancbufsize=0, flags=0):
        buffers = [memoryview(buffer).cast("B") for buffer in buffers]
        data = self.recv(sum(map(len, buffers)), flags)
        count = len(data)
        for buffer in buffers:
            part = data[:len(buffer)]
            buffer[:len(part)] = part
            data = data[len(part):]
        return count, [], 0, None

    module.inet_ntoa = inet_ntoa
    for method in (sendmsg, recvmsg, recvmsg_into):
        setattr(module.socket, method.__name__, method)


def adapt_socketserver(module):
    """A ThreadingMixIn serves its connections one after the other, each as soon as its client has said something, so that
    nobody waits for a connection that is idle: one just opened, or one kept alive."""
    Server, Mixin, Handler = module.BaseServer, module.ThreadingMixIn, module.BaseRequestHandler
    serve_forever, make_handler = Server.serve_forever, Handler.__init__

    def client_speaks_first(server):
        # As in HTTP. In other protocols the server may have to greet first.
        factory = server.RequestHandlerClass
        return hasattr(getattr(factory, "func", factory), "handle_one_request")

    def serve_in_turn(self, poll_interval=0.5):
        if not isinstance(self, Mixin) or not client_speaks_first(self):
            return serve_forever(self, poll_interval)
        self._BaseServer__is_shut_down.clear()
        self._idle = idle = {}
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self, selectors.EVENT_READ)
                while not self._BaseServer__shutdown_request:
                    for key, _ in selector.select(poll_interval):
                        if self._BaseServer__shutdown_request:
                            break
                        if key.fileobj is self:
                            accept(self, idle)
                        else:
                            selector.unregister(key.fileobj)
                            handle(self, key.fileobj, key.data)
                    for request in list(idle):
                        client_address = idle.pop(request)
                        if request.fileno() >= 0:             # not if the handler has closed it
                            selector.register(request, selectors.EVENT_READ, client_address)
                    self.service_actions()
                for key in list(selector.get_map().values()):
                    if key.fileobj is not self:
                        self.shutdown_request(key.fileobj)
        finally:
            del self._idle
            self._BaseServer__shutdown_request = False
            self._BaseServer__is_shut_down.set()

    def accept(self, idle):
        try:
            request, client_address = self.get_request()
        except OSError:
            return
        if self.verify_request(request, client_address):
            idle[request] = client_address
        else:
            self.shutdown_request(request)

    def handle(self, request, client_address):
        try:
            self.process_request(request, client_address)
        except Exception:
            self.handle_error(request, client_address)
            self.shutdown_request(request)

    def process_request(self, request, client_address):
        self.process_request_thread(request, client_address)

    def process_request_thread(self, request, client_address):
        try:
            self.finish_request(request, client_address)
        except Exception:
            self.handle_error(request, client_address)
        finally:
            if request not in getattr(self, "_idle", ()):
                self.shutdown_request(request)

    def make_handler_in_turn(self, request, client_address, server):
        idle = getattr(server, "_idle", None)
        if idle is not None:
            one = self.handle_one_request

            def handle_one_request():
                one()
                if not self.close_connection and not has_more(self):
                    # The loop of this handler ends; the next request on this connection gets a new one.
                    self.close_connection = True
                    idle[request] = client_address

            self.handle_one_request = handle_one_request
        make_handler(self, request, client_address, server)

    def has_more(self):
        timeout = self.connection.gettimeout()
        self.connection.settimeout(0)
        try:
            return bool(self.rfile.peek(1))
        except OSError:
            return True
        finally:
            self.connection.settimeout(timeout)

    Server.serve_forever = serve_in_turn
    Mixin.process_request = process_request
    Mixin.process_request_thread = process_request_thread
    Handler.__init__ = make_handler_in_turn


def adapt_base_events(module):
    """What a loop gives to a thread, it does itself, at once: resolving names, above all."""
    def run_in_executor(self, executor, function, *args):
        self._check_closed()
        if self._debug:
            self._check_callback(function, "run_in_executor")
        future = self.create_future()
        try:
            future.set_result(function(*args))
        except Exception as failed:
            future.set_exception(failed)
        return future

    module.BaseEventLoop.run_in_executor = run_in_executor


def adapt_request(module):
    """https:// through the proxy that http_proxy names, which speaks TLS to the outside: it is asked for the whole URL."""
    class HTTPSHandler(module.AbstractHTTPHandler):
        def __init__(self, debuglevel=None, context=None, check_hostname=None):
            super().__init__(debuglevel)

        def https_open(self, request):
            proxy = request.host if request._tunnel_host else module.getproxies().get("http")
            if not proxy:
                raise module.URLError("TLS is not there in this Python, and http_proxy names no proxy that speaks it")
            request.host = module._parse_proxy(proxy)[3]
            request.selector = request.full_url
            request._tunnel_host = None
            return self.do_open(module.http.client.HTTPConnection, request)

        https_request = module.AbstractHTTPHandler.do_request_

    HTTPSHandler.__module__ = module.__name__
    module.HTTPSHandler = HTTPSHandler
