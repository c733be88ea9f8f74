package dev.samovar.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.Gson;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** JavaScript that serves and asks, each program a process of its own: all bytes cross the kernel's sockets. */
@ExtendWith(InBrowser.class)
class JsNetTest {

    private static final String JS = """
        const file = (contents) => ({ file: { contents } });
        const listening = (os, port) => until(async () => (await os.ps()).some(({ ports }) => ports.includes(port)), `${port} listens`);
        const ran = async (os, name, args = []) => {
          const p = await os.spawn('node', [name, ...args]);
          return [await text(p.output), await p.exit];
        };
        const SERVER = `
          import http from 'node:http';
          import { createHash } from 'node:crypto';
          let connections = 0;
          const server = http.createServer(async (request, response) => {
            if (request.url === '/hash') {
              const hash = createHash('md5');
              let size = 0;
              for await (const chunk of request) { hash.update(chunk); size += chunk.length; }
              response.setHeader('Content-Type', 'application/json');
              response.end(JSON.stringify({ size, md5: hash.digest('hex') }));
            } else if (request.url === '/echo') {
              request.pipe(response);
            } else if (request.url === '/half') {
              response.writeHead(200, { 'Content-Length': 1000 });
              response.write('half an ');
              if (process.argv[2] === 'dies') setTimeout(() => process.exit(0), 20);
              request.on('close', () => console.log('the client has gone'));
            } else if (request.url === '/events') {
              response.writeHead(200, { 'Content-Type': 'text/event-stream' });
              response.end(\\`retry: 5\\\\nid: \\${Number(request.headers['last-event-id'] ?? 0) + 1}\\\\ndata: tea\\\\n\\\\n\\`);
            } else if (request.url === '/leave') {
              response.end('bye');
              server.close();
              server.closeAllConnections();
            } else {
              response.end(\\`\\${request.method} \\${request.url} on connection \\${connections}\\`);
            }
          });
          server.on('connection', () => connections++);
          server.on('upgrade', (request, socket) => {
            const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
            socket.write(\\`HTTP/1.1 101 Switching Protocols\\\\r\\\\nUpgrade: websocket\\\\r\\\\nConnection: Upgrade\\\\r\\\\nSec-WebSocket-Accept: \\${accept}\\\\r\\\\n\\\\r\\\\n\\`);
            let all = Buffer.alloc(0);
            socket.on('data', (chunk) => {
              all = Buffer.concat([all, chunk]);
              for (;;) {
                const long = (all[1] & 127) === 126;
                if (all.length < 8) return;
                const size = long ? all.readUInt16BE(2) : all[1] & 127, at = long ? 8 : 6;
                if (all.length < at + size) return;
                const payload = all.slice(at, at + size).map((byte, i) => byte ^ all[at - 4 + i % 4]);
                const header = long ? [128 | all[0], 126, size >> 8, size & 255] : [128 | all[0], size];
                socket.write(Buffer.concat([Buffer.from(header), payload]));
                if ((all[0] & 15) === 8) socket.end();
                all = all.slice(at + size);
              }
            });
          });
          server.listen(8000);
        `;
        """;

    @Test
    void aServerAndItsClients(SdkPage sdk) {
        sdk.run(JS + """
            const os = await booted();
            await os.mount({
              'server.mjs': file(SERVER),
              'client.mjs': file(`
                import http from 'node:http';
                import { createHash } from 'node:crypto';
                const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
                const get = (path) => new Promise((resolve, reject) => http.get({ port: 8000, path, agent }, async (response) => {
                  let text = '';
                  for await (const chunk of response.setEncoding('utf8')) text += chunk;
                  resolve(text);
                }).on('error', reject));
                let last;
                for (let i = 1; i <= 100; i++) last = await get('/' + i);
                console.log(last);
                agent.destroy();
                const chunk = new Uint8Array(65536).map((_, i) => i * 7);
                const whole = createHash('md5');
                for (let i = 0; i < 32; i++) whole.update(chunk);
                let left = 32;
                const body = () => { left = 32; return new ReadableStream({ pull(c) { if (left-- > 0) c.enqueue(chunk); else c.close(); } }); };
                const sent = await (await fetch('http://localhost:8000/hash', { method: 'POST', body: body(), duplex: 'half' })).json();
                const received = createHash('md5');
                let size = 0;
                for await (const part of (await fetch('http://localhost:8000/echo', { method: 'POST', body: body(), duplex: 'half' })).body) { received.update(part); size += part.length; }
                const expected = whole.digest('hex');
                console.log(sent.size, sent.md5 === expected, size, received.digest('hex') === expected);
                await fetch('http://localhost:1').catch((error) => console.log(error.cause.code));
                http.createServer().on('error', (error) => console.log(error.code, error.message)).listen(8000);
                await fetch('http://example.com').catch((error) => console.log(error.cause.code));
                console.log(await get('/leave'));
              `),
            }, { at: '/work' });
            const server = await os.spawn('node', ['server.mjs']);
            await listening(os, 8000);
            const before = (await os.ps()).find(({ pid }) => pid === server.pid);
            equal(await ran(os, 'client.mjs'), [`GET /100 on connection 1
2097152 true 2097152 true
ECONNREFUSED
EADDRINUSE listen EADDRINUSE: address already in use :::8000
EACCES
bye
`, 0]);
            equal([await text(server.output), await server.exit], ['', 0]);
            equal((await os.audit()).at(-1).target, 'example.com:80');
            await settled(os);
            """);
    }

    @Test
    void moreAtOnceThanAListenersQueueHolds(SdkPage sdk) {
        sdk.run(JS + """
            const os = await booted();
            await os.mount({ 'crowd.cjs': file(`
              const net = require('net');
              let ended = 0;
              const server = net.createServer((socket) => socket.end('x')).listen(9000, () => {
                for (let i = 0; i < 200; i++) {
                  net.connect(9000).resume().on('end', () => {
                    if (++ended === 200) server.close(() => console.log(ended));
                  });
                }
              });
            `) });
            equal(await ran(os, 'crowd.cjs'), ['200\\n', 0]);
            """);
    }

    @Test
    void socketsOfTheWebAndConnectionsThatEnd(SdkPage sdk) {
        sdk.run(JS + """
            const os = await booted();
            await os.mount({
              'server.mjs': file(SERVER),
              'web.mjs': file(`
                const url = 'http://localhost:8000';
                const socket = new WebSocket('ws://localhost:8000/socket');
                socket.binaryType = 'arraybuffer';
                const messages = [];
                await new Promise((resolve) => {
                  socket.onopen = () => { socket.send('höt'); socket.send('x'.repeat(1000)); socket.send(Uint8Array.of(1, 2, 3)); };
                  socket.onmessage = ({ data }) => {
                    messages.push(typeof data === 'string' ? data.length : [...new Uint8Array(data)]);
                    if (messages.length === 3) socket.close(3000, 'enough');
                  };
                  socket.onclose = ({ code, reason, wasClean }) => { console.log(messages, code, reason, wasClean); resolve(); };
                });
                const ids = [];
                await new Promise((resolve) => {
                  const events = new EventSource(url + '/events');
                  events.onmessage = ({ data, lastEventId }) => { if (ids.push(data + lastEventId) === 3) { events.close(); resolve(); } };
                });
                console.log(ids);
                const abort = new AbortController();
                const reader = (await fetch(url + '/half', { signal: abort.signal })).body.getReader();
                console.log(new TextDecoder().decode((await reader.read()).value));
                abort.abort();
                await reader.read().catch((error) => console.log(error.name));
              `),
              'left.mjs': file(`
                const response = await fetch('http://localhost:8000/half');
                console.log('begun');
                await response.text().catch((error) => console.log(error.message, error.cause?.code));
              `),
              'deep.js': file("function f() { f(); } try { f(); } catch (error) { console.log(error instanceof RangeError); } try { JSON.parse('['.repeat(1e5)); } catch (error) { console.log(error instanceof RangeError); }"),
            }, { at: '/work' });
            const server = await os.spawn('node', ['server.mjs']);
            await listening(os, 8000);
            equal(await ran(os, 'web.mjs'), ["[ 3, 1000, [ 1, 2, 3 ] ] 3000 enough true\\n[ 'tea1', 'tea2', 'tea3' ]\\nhalf an \\nAbortError\\n", 0]);
            const idle = async () => (await os.ps()).find(({ pid }) => pid === server.pid);
            const rested = async () => {
              const before = await idle();
              await new Promise((resolve) => setTimeout(resolve, 1000));
              const after = await idle();
              return after.syscalls === before.syscalls && after.cpuMs === before.cpuMs;
            };
            await until(rested, 'a server that is idle does nothing for a second');
            const client = await os.spawn('node', ['left.mjs']);
            const reader = client.stdout.getReader();
            equal(decode((await reader.read()).value), 'begun\\n');
            await server.kill('SIGKILL');
            equal([decode((await reader.read()).value), await client.exit], ['terminated ECONNRESET\\n', 0]);
            equal(await text(server.output), 'the client has gone\\n');
            const dying = await os.spawn('node', ['server.mjs', 'dies']);
            await listening(os, 8000);
            equal(await ran(os, 'left.mjs'), ['begun\\nterminated ECONNRESET\\n', 0]);
            equal(await dying.exit, 0);
            equal(await ran(os, 'deep.js'), ['true\\ntrue\\n', 0]);
            await settled(os);
            """);
    }

    @Test
    void aWebSocketToAnotherHostIsTheBrowsersOwn(SdkPage sdk) throws IOException {
        try (WebSocketServer outside = new WebSocketServer()) {
            sdk.run(JS + """
                const os = await booted();
                await os.mount({ 'client.mjs': file(`
                  const [, , port] = process.argv;
                  const open = (path, protocols, host = 'ws://outside.example:' + port) => {
                    const socket = new WebSocket(host + path, protocols);
                    socket.binaryType = 'arraybuffer';
                    const heard = [];
                    let wake;
                    for (const name of ['open', 'message', 'error', 'close']) socket.addEventListener(name, (event) => { heard.push(event); wake?.(); });
                    return { socket, next: async () => { while (heard.length === 0) await new Promise((resolve) => { wake = resolve; }); return heard.shift(); } };
                  };
                  const { socket, next } = open('/echo', ['tea', 'milk']);
                  console.log((await next()).type, socket.protocol);
                  for (const text of ['höt', '', 'x'.repeat(70000)]) { socket.send(text); console.log((await next()).data === text); }
                  for (const size of [1, 126, 65536, 300001]) {
                    const bytes = Uint8Array.from({ length: size }, (_, i) => i * 7 >> 2);
                    socket.send(bytes);
                    console.log(Buffer.compare(Buffer.from((await next()).data), bytes));
                  }
                  // More at once than the browser takes: it waits, and all come back.
                  for (let i = 0; i < 40; i++) socket.send(new Uint8Array(250000).fill(i));
                  let right = 0;
                  for (let i = 0; i < 40; i++) { const { data } = await next(); right += data.byteLength === 250000 && new Uint8Array(data)[249999] === i; }
                  console.log(right);
                  socket.close(3001, 'enough');
                  const how = ({ type, code, reason, wasClean }) => console.log(type, code, reason, wasClean);
                  how(await next());
                  for (const [...where] of [['/close'], ['/drop'], ['/none'], ['/echo', [], 'wss://outside.example:' + port], ['/', [], 'ws://other.example']]) {
                    const { next } = open(...where);
                    let event;
                    do { event = await next(); if (event.type === 'error') console.log('error'); } while (event.type !== 'close');
                    how(event);
                  }
                `) }, { at: '/work' });
                const capabilities = { read: ['/'], env: true, random: true, clock: true, connect: [`outside.example:${argument}`] };
                const client = await os.spawn('node', ['client.mjs', String(argument)], { capabilities });
                equal([await text(client.output), await client.exit], [`open tea
true
true
true
0
0
0
0
40
close 3001 enough true
close 4002 gone true
close 1006  false
error
close 1006  false
error
close 1006  false
error
close 1006  false
`, 0]);
                const { call, target } = (await os.audit()).at(-1);
                equal([call, target], ['connect', 'other.example:80']);
                equal(await os.check(), []);
                await settled(os);
                """, outside.port());
            // What the browser says of itself, and nothing of the person at it.
            assertEquals("http://samovar.localhost", outside.origin().replaceFirst(":\\d+$", ""));
        }
    }

    @Test
    void otherHostsAreConnectedByTheRelay(Chromium chromium) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
            Site site = Site.relaying("localhost:*"); SdkPage sdk = new SdkPage(chromium, site)) {
            CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            sdk.run(JS + """
                const os = await booted();
                await os.mount({ 'client.mjs': file(`
                  import net from 'node:net';
                  // This machine by a name that does not mean the OS itself.
                  const socket = net.connect(Number(process.argv[2]), '::ffff:127.0.0.1');
                  socket.end('good day');
                  let answer = '';
                  for await (const part of socket) answer += part;
                  console.log(answer);
                  net.connect(80, '10.0.0.1').on('connect', () => console.log('connected')).on('error', ({ message }) => console.log(message));
                `) }, { at: '/work' });
                const client = await os.spawn('node', ['client.mjs', String(argument)], { capabilities: { read: ['/'], env: true, random: true, clock: true, connect: true } });
                equal([await text(client.output), await client.exit], ['good day\\nconnect ECONNREFUSED 10.0.0.1:80\\n', 0]);
                await settled(os);
                """, server.getLocalPort());
            serving.join();
            sdk.check();
        }
    }

    @Test
    void listenersAreInherited(SdkPage sdk) {
        sdk.run(JS + """
            const os = await booted();
            await os.mount({ 'server.mjs': file(`
              import http from 'node:http';
              const { LISTEN_FDS, LISTEN_FDNAMES } = process.env;
              const answer = (request, response) => response.end(LISTEN_FDS + ' ' + LISTEN_FDNAMES);
              http.createServer(answer).listen(8000);
              http.createServer(answer).listen({ fd: 4 });
            `), 'client.mjs': file(`
              for (const port of [8000, 8001]) console.log(await (await fetch('http://localhost:' + port)).text());
            `) }, { at: '/work' });
            const capabilities = { read: ['/'], env: true, random: true, clock: true };
            const server = await os.spawn('node', ['server.mjs'], { ports: [8000, 8001], capabilities });
            equal(await ran(os, 'client.mjs'), ['2 8000:8001\\n2 8000:8001\\n', 0]);
            await server.kill('SIGTERM');
            await server.exit;
            await settled(os);
            """);
    }

    @Test
    void theExampleServes(SdkPage sdk) {
        sdk.run(JS + """
            const os = await booted();
            const example = async (name) => [name, file(Uint8Array.from(atob(await checkoutFile(`examples/js-server/${name}`)), (c) => c.charCodeAt(0)))];
            await os.mount(Object.fromEntries(await Promise.all(['package.json', 'server.js', 'page.html'].map(example))), { at: '/work/tea' });
            await os.mount({ 'client.mjs': file(`
              const url = 'http://localhost:8000';
              const cup = (body) => fetch(url + '/api/cups', { method: 'POST', body });
              console.log((await (await fetch(url)).text()).includes('<h1>Cups of tea</h1>'));
              const seen = [];
              const events = new EventSource(url + '/api/events');
              events.onmessage = ({ data }) => {
                seen.push(data);
                if (seen.length === 1) cup('{"name":"Ada"}');
                if (seen.length === 2) { events.close(); finish(); }
              };
              async function finish() {
                console.log(seen.join(' '));
                for (const body of ['{"name":""}', 'no JSON', '"' + 'x'.repeat(2000) + '"']) console.log((await cup(body)).status);
                console.log((await fetch(url + '/none')).status, await (await fetch(url + '/api/cups')).text());
              }
            `) }, { at: '/work' });
            equal((await os.detect('/work/tea')).args, ['server.js']);
            const server = await os.run('/work/tea');
            await listening(os, 8000);
            equal(await ran(os, 'client.mjs'), ['true\\n{} {"Ada":1}\\n422\\n400\\n413\\n404 {"Ada":1}\\n', 0]);
            await server.kill('SIGTERM');
            await server.exit;
            await settled(os);
            """);
    }

    @Test
    void expressRunsFromItsFolder(SdkPage sdk) throws Exception {
        writeExpress(Checkout.path("e2e/target/express"));
        sdk.run(JS + """
            const os = await booted();
            const files = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(await checkoutFile('e2e/target/express/tree.json')), (c) => c.charCodeAt(0))));
            const tree = {};
            for (const [path, contents] of Object.entries(files)) {
              const names = path.split('/'), name = names.pop();
              let folder = tree;
              for (const part of names) folder = (folder[part] ??= { directory: {} }).directory;
              folder[name] = file(contents);
            }
            tree.public = { directory: { 'hello.txt': file('static tea') } };
            tree['app.js'] = file(`
              const express = require('express');
              const app = express();
              app.use(express.json());
              app.use(express.urlencoded({ extended: true }));
              app.use(express.static('public'));
              app.get('/hello/:name', (request, response) => response.send('hello ' + request.params.name));
              app.post('/sum', (request, response) => response.status(201).json({ sum: request.body.a + request.body.b }));
              app.post('/form', (request, response) => response.json(request.body));
              app.get('/go', (request, response) => response.redirect('/hello/again'));
              app.get('/cookie', (request, response) => response.cookie('a', 'b', { httpOnly: true }).send('c'));
              app.get('/boom', () => { throw new Error('boom'); });
              app.use((error, request, response, next) => response.status(error.status ?? 500).send(error.message));
              app.listen(3000);
            `);
            await os.mount(tree, { at: '/work/app' });
            await os.mount({ 'client.mjs': file(`
              const ask = async (path, options) => {
                const response = await fetch('http://localhost:3000' + path, options);
                console.log(response.status, await response.text());
                return response;
              };
              const json = (body) => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body });
              const { headers } = await ask('/hello/tea');
              await ask('/hello/tea', { headers: { 'if-none-match': headers.get('etag') } });
              await ask('/sum', json('{"a":1,"b":2}'));
              await ask('/sum', json('{bad'));
              await ask('/form', { method: 'POST', body: new URLSearchParams({ 'cup[of]': 'tea' }) });
              await ask('/go');
              await ask('/hello.txt', { headers: { range: 'bytes=7-9' } });
              console.log((await ask('/cookie')).headers.getSetCookie());
              await ask('/boom');
            `) }, { at: '/work' });
            const server = await os.spawn('node', ['app.js'], { cwd: '/work/app' });
            await Promise.race([listening(os, 3000), server.exit.then(async () => { throw new Error(await text(server.output)); })]);
            const [said, status] = await ran(os, 'client.mjs');
            equal([said.replace(/(?<=\\n400 ).*/, '…'), status], [`200 hello tea
304 ${''}
201 {"sum":3}
400 …
200 {"cup":{"of":"tea"}}
200 hello again
206 tea
200 c
[ 'a=b; Path=/; HttpOnly' ]
500 boom
`, 0]);
            await server.kill('SIGTERM');
            await server.exit;
            await settled(os);
            """);
    }

    /** Fetches Express by npm, unless an earlier run has, and writes the files that a program needs as one. */
    private static void writeExpress(Path folder) throws IOException, InterruptedException {
        Path tree = folder.resolve("tree.json");
        if (Files.exists(tree)) {
            return;
        }
        Files.createDirectories(folder);
        for (String name : new String[] {"package.json", "package-lock.json"}) {
            Files.writeString(folder.resolve(name), Files.readString(Checkout.path("e2e/src/test/npm/express/" + name)));
        }
        Process npm = new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
            .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(new File(folder.toFile(), "npm.log")).start();
        if (!npm.waitFor(2, TimeUnit.MINUTES)) {
            npm.destroyForcibly();
        }
        assertEquals(0, npm.waitFor(), () -> "npm ci in " + folder + "; see npm.log there");
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder.resolve("node_modules"))) {
            for (Path path : (Iterable<Path>) paths.filter(JsNetTest::isOfAProgram)::iterator) {
                files.put(folder.relativize(path).toString().replace(File.separatorChar, '/'), Files.readString(path));
            }
        }
        Files.writeString(tree, new Gson().toJson(files));
    }

    private static boolean isOfAProgram(Path path) {
        String name = path.toString();
        return Files.isRegularFile(path) && (name.matches(".*\\.(js|mjs|cjs|json)")) && !name.matches(".*[/\\\\](test|\\.bin)[/\\\\].*");
    }
}
