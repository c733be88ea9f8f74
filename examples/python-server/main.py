"""A WSGI application that shows the requests it got."""

import html
import json
import sys
import time
from collections import deque
from string import Template
from urllib.parse import parse_qs
from wsgiref.simple_server import make_server

PAGE = Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Samovar</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 40em; padding: 0 1em }
  table { border-collapse: collapse; width: 100% } td { border-top: 1px solid #ccc; padding: .2em .5em }
</style>
<h1>Cups poured: $cups</h1>
<form method="post"><input name="name" placeholder="for whom?" required> <button>Pour</button></form>
<h2>The last requests</h2>
<table>$rows</table>
""")

requests = deque(maxlen=50)
cups = []


def application(environ, start_response):
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    requests.appendleft({"time": time.strftime("%H:%M:%S"), "method": method, "path": path})
    if (method, path) == ("GET", "/"):
        return answer(start_response, "200 OK", "text/html; charset=utf-8", page())
    if (method, path) == ("POST", "/"):
        size = min(int(environ.get("CONTENT_LENGTH") or 0), 10_000)
        form = parse_qs(environ["wsgi.input"].read(size).decode())
        cups.append(form.get("name", ["somebody"])[0])
        return answer(start_response, "303 See Other", "text/plain", "", ("Location", "/"))
    if (method, path) == ("GET", "/requests.json"):
        return answer(start_response, "200 OK", "application/json", json.dumps(list(requests)))
    return answer(start_response, "404 Not Found", "text/plain", f"There is no {path} here.\n")


def answer(start_response, status, kind, text, *headers):
    body = text.encode()
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body))), *headers])
    return [body]


def page():
    rows = "".join(f"<tr><td>{r['time']}<td>{r['method']}<td>{html.escape(r['path'])}" for r in requests)
    names = f" (the last one for {html.escape(cups[-1])})" if cups else ""
    return PAGE.substitute(cups=f"{len(cups)}{names}", rows=rows)


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    with make_server("", port, application) as server:
        print(f"Serving on http://localhost:{server.server_port}/", flush=True)
        server.serve_forever()
