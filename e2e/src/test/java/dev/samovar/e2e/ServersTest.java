package dev.samovar.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.samovar.e2e.Previewed.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Servers in Python, JavaScript, Go and Rust at once, seen in previews. */
@ExtendWith(InBrowser.class)
class ServersTest {

    /** Answers the previews' addresses, by port. */
    private static final String SERVE = """
        globalThis.os = await booted();
        const file = async (path) => ({ file: { contents: typeof path === 'string' ? path : await globalThis.file(path.join('/')) } });
        const example = async (name) => ({ directory: { 'server.wasm': await file(['examples', name, 'server.wasm']),
          'samovar.json': await file(['examples', name, 'samovar.json']) } });
        await os.mount({ go: await example('go-server'), rust: await example('rust-server'), 'main.py': await file(`
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        from urllib.request import urlopen

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                _, ask, port, *rest = (self.path + "//").split("/")
                if ask == "ask":
                    answer = urlopen(f"http://localhost:{port}/{'/'.join(rest).rstrip('/')}").read()
                    answer = f"port {port} says: ".encode() + answer
                else:
                    answer = f"<!doctype html><h1>Good day from Python</h1>You asked for {self.path}".encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        ThreadingHTTPServer(("", 8000), Handler).serve_forever()
        `), 'server.mjs': await file(`
          import { createServer } from 'node:http';
          import { Readable } from 'node:stream';

          // Five minutes of a tone: 16 bits, one channel.
          const RATE = 22050, BYTES = 300 * 2 * RATE;
          const second = Buffer.alloc(2 * RATE);
          for (let i = 0; i < RATE; i++) second.writeInt16LE(9000 * Math.sin(2 * Math.PI * 440 * i / RATE), 2 * i);
          const header = Buffer.alloc(44);
          header.write('RIFF', 0); header.writeUInt32LE(36 + BYTES, 4); header.write('WAVEfmt ', 8); header.writeUInt32LE(16, 16);
          header.writeUInt16LE(1, 20); header.writeUInt16LE(1, 22); header.writeUInt32LE(RATE, 24); header.writeUInt32LE(2 * RATE, 28);
          header.writeUInt16LE(2, 32); header.writeUInt16LE(16, 34); header.write('data', 36); header.writeUInt32LE(BYTES, 40);
          const size = header.length + BYTES;
          function* bytes(from, to) {
            for (let at = from; at <= to;) {
              const [piece, start] = at < 44 ? [header, at] : [second, (at - 44) % second.length];
              const part = piece.subarray(start, start + to + 1 - at);
              yield part;
              at += part.length;
            }
          }
          const ranges = [];

          createServer(async (request, response) => {
            const [, name, port, ...rest] = request.url.split('/');
            if (name === 'ask') {
              response.end('port ' + port + ' says: ' + await (await fetch('http://localhost:' + port + '/' + rest.join('/'))).text());
            } else if (name === 'tone.wav') {
              const [, from = 0, to] = /^bytes=(\\\\d+)-(\\\\d*)$/.exec(request.headers.range) ?? [];
              const first = Number(from), last = to ? Number(to) : size - 1;
              ranges.push(first);
              response.writeHead(206, { 'Content-Type': 'audio/wav', 'Accept-Ranges': 'bytes', 'Content-Length': last + 1 - first,
                'Content-Range': 'bytes ' + first + '-' + last + '/' + size });
              Readable.from(bytes(first, last)).on('error', () => {}).pipe(response);
            } else if (name === 'ranges') {
              response.end(JSON.stringify(ranges));
            } else {
              response.setHeader('Content-Type', 'text/html');
              response.end('<!doctype html><h1>Good day from JavaScript</h1>You asked for ' + request.url);
            }
          }).listen(8001);
        `) }, { at: '/work' });
        const urls = {};
        const all = new Promise((resolve) => os.on('server-ready', (port, url) => {
          urls[port] = url;
          if (Object.keys(urls).length === 4) resolve(urls);
        }));
        const started = await Promise.all([os.spawn('python@3.13', ['main.py']), os.spawn('node', ['server.mjs']), os.run('/work/go'), os.run('/work/rust')]);
        const ended = started.map(async (process, i) => {
          const said = await text(process.output);
          throw new Error(`server ${i} has ended: ${said}`);
        });
        return Promise.race([all, ...ended]);
        """;

    private static final Map<String, String> LANGUAGES = Map.of("8000", "Python", "8001", "JavaScript", "8002", "Go", "8003", "Rust");

    @Test
    @SuppressWarnings("unchecked")
    void fourLanguagesServeAtOnceAndAskEachOther(SdkPage sdk) {
        Map<String, String> urls = (Map<String, String>) sdk.run(SERVE);
        for (Place place : Place.values()) {
            LANGUAGES.forEach((port, language) -> {
                Previewed page = place.open(sdk, urls.get(port) + "/tea").shows("Good day from " + language);
                List<String> expected = new ArrayList<>();
                LANGUAGES.keySet().stream().filter(other -> !other.equals(port)).forEach(other ->
                    expected.add("port " + other + " says: Good day from " + LANGUAGES.get(other) + " /milk"));
                assertEquals(expected, page.run("""
                    const said = [];
                    for (const port of argument) {
                      const text = await (await fetch(`/ask/${port}/milk`)).text();
                      said.push([/^port \\d+ says: /, /Good day from \\w+/, / ?\\/milk/].map((pattern) => pattern.exec(text)?.[0] ?? text).join(''));
                    }
                    return said;
                    """, LANGUAGES.keySet().stream().filter(other -> !other.equals(port)).toList()), language);
            });
            playsWhatItSeeks(sdk, place.open(sdk, urls.get("8001") + "/"));
        }
        sdk.run("equal(await os.check(), []);");
    }

    /** Chromium asks for the parts of a long sound that it needs; also where its service worker was stopped meanwhile. */
    private static void playsWhatItSeeks(SdkPage sdk, Previewed page) {
        page.run("""
            globalThis.until = async (condition, what) => {
              for (const end = performance.now() + 15000; !condition();) {
                if (performance.now() > end) throw new Error(`in vain: ${what}, at ${audio.currentTime}, ${audio.error?.message}`);
                await new Promise((resolve) => setTimeout(resolve, 10));
              }
            };
            globalThis.audio = Object.assign(new Audio('/tone.wav'), { muted: true });
            await audio.play();
            if (Math.round(audio.duration) !== 300) throw new Error(`it lasts ${audio.duration} s`);
            await until(() => audio.currentTime > 0, 'it plays');
            globalThis.seeks = async (seconds) => {
              const count = JSON.parse(await (await fetch('/ranges')).text()).length;
              const seeked = new Promise((resolve) => { audio.onseeked = resolve; });
              audio.currentTime = seconds;
              await seeked;
              await until(() => audio.currentTime > seconds, 'it plays on');
              const ranges = JSON.parse(await (await fetch('/ranges')).text()).slice(count);
              const byte = 44 + seconds * 44100;
              if (!ranges.some((first) => first > 0 && first <= byte)) throw new Error(`${byte} was not asked for: ${ranges}`);
            };
            await seeks(280);
            """);
        Previewed.stopWorkers(sdk);
        page.run("await seeks(120); audio.pause(); audio.removeAttribute('src'); audio.load();");
    }
}
