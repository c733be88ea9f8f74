"""Reaches a web server that sends requests back, on the machine of the relay: `reach.py PORT`. The relay allows no other host."""
import errno
import http.client
import socket
import sys

HOST, PORT = "::ffff:127.0.0.1", int(sys.argv[1])

web = http.client.HTTPConnection(HOST, PORT)
for body in (b"tea" * 100_000, b"again"):
    web.request("POST", "/", body=body)
    assert web.getresponse().read() == body

with socket.create_connection((HOST, PORT)) as raw, raw.makefile("rb") as answer:
    raw.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\ntea")
    raw.shutdown(socket.SHUT_WR)
    answer = answer.read()
    assert answer.endswith(b"\r\n\r\ntea"), answer

try:
    socket.create_connection(("10.0.0.1", 80))
except ConnectionRefusedError as error:
    print(errno.errorcode[error.errno])
