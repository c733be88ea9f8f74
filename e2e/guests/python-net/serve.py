"""serve.py KIND: a server of each kind in the standard library, on a free port, which its first line tells."""

import asyncio
import socketserver
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer, SimpleHTTPRequestHandler, ThreadingHTTPServer
from wsgiref.simple_server import make_server


class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"hello " + self.client_address[0].encode() + b"\n")
        for line in self.rfile:
            self.wfile.write(line.swapcase())


class KeptAlive(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))[::-1]
        self.send_response(201)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/close":
            return self.connection.close()
        self.send_response(200)
        self.send_header("Content-Length", "100000000")
        self.end_headers()
        self.wfile.write(b"x" * 1000)
        self.wfile.flush()
        self.rfile.read()

    def log_message(self, *_):
        pass


def application(environ, start_response):
    body = b"".join([environ["REQUEST_METHOD"].encode(), b" ", environ["PATH_INFO"].encode(), b" ", environ["wsgi.input"].read(
        int(environ.get("CONTENT_LENGTH") or 0))])
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def announce(server):
    print(server.server_address[1], flush=True)
    server.serve_forever()


kind = sys.argv[1]
if kind == "tcp":
    announce(socketserver.TCPServer(("", 0), Echo))
elif kind == "threading":
    announce(socketserver.ThreadingTCPServer(("", 0), Echo))
elif kind == "files":
    announce(HTTPServer(("", 0), SimpleHTTPRequestHandler))
elif kind == "http":
    announce(ThreadingHTTPServer(("", 0), KeptAlive))
elif kind == "wsgi":
    announce(make_server("", 0, application))
elif kind == "bottle":
    import bottle

    @bottle.post("/cups/<name>")
    def cups(name):
        bottle.response.set_cookie("seen", name)
        return {"name": name, "cups": int(bottle.request.forms.get("cups")) + 1}

    class Server(bottle.WSGIRefServer):
        def run(self, app):
            announce(make_server(self.host, self.port, app))

    bottle.run(server=Server, host="0.0.0.0", port=0, quiet=True)
