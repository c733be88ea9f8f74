package dev.samovar.e2e;

import com.microsoft.playwright.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Servers and clients in Python 3.13, unmodified; what each program asserts is in e2e/guests/python-net. */
@ExtendWith(InBrowser.class)
class PythonNetTest {

    /** Pinned in runtimes/manifest.json. */
    private static final String BOTTLE = "bac28ad7055a670e3f0fee15c0c62638873c8edcf84eba4cdf49dc939f47305c";

    private static final String KIT = """
        const os = await booted();
        const python = (args, options = {}) => os.spawn('python@3.13', args, { cwd: '/work', ...options });
        const passes = async (name, tests) => {
          await os.fs.writeFile(`/work/${name}`, await file(`e2e/guests/python-net/${name}`));
          const { status, stderr } = await ended(await python([name]));
          ok(status === 0 && stderr.includes(`Ran ${tests} tests`), `status ${status}: ${stderr}`);
        };
        /** Reads a process's output until it has printed a line that matches; answers the match. */
        const prints = async (process, pattern) => {
          let seen = '';
          const reader = process.output.getReader();
          for (const decoder = new TextDecoder();;) {
            const { done, value } = await reader.read();
            seen += done ? '' : decoder.decode(value, { stream: true });
            const match = pattern.exec(seen);
            if (match) {
              reader.releaseLock();
              return match;
            }
            ok(!done, `it ended with ${seen}`);
          }
        };
        """;

    private static void run(SdkPage sdk, String snippet) {
        sdk.run(KIT + snippet);
    }

    @Test
    void socketsAreWhatTheyAreElsewhere(SdkPage sdk) {
        run(sdk, "await passes('sockets.py', 19);");
    }

    @Test
    void serversAndClientsAsProcesses(SdkPage sdk) {
        run(sdk, """
            const bottle = await fetch('/runtimes/BOTTLE.py');
            ok(bottle.ok, 'node runtimes/make.mjs --tests makes it');
            await os.fs.writeFile('/work/bottle.py', new Uint8Array(await bottle.arrayBuffer()));
            await os.fs.writeFile('/work/serve.py', await file('e2e/guests/python-net/serve.py'));
            await passes('ask.py', 7);
            await settled(os);
            """.replace("BOTTLE", BOTTLE));
    }

    @Test
    void theServerOfTheLibraryAnswersAnotherLanguage(SdkPage sdk) {
        run(sdk, """
            await install(os, 'tcp');
            await os.mount({ 'index.html': { file: { contents: '<h1>tea</h1>' } }, 'main.py': { file: { contents:
              `import http.server
            http.server.test(http.server.SimpleHTTPRequestHandler, http.server.ThreadingHTTPServer, port=8001)` } } }, { at: '/work' });
            const server = await python(['-m', 'http.server', '8000']);
            await prints(server, /Serving HTTP on .* port 8000/);
            const other = await python(['main.py']);
            await prints(other, /port 8001/);
            for (const port of ['8000', '8001']) {
              const { status, stdout } = await go(os, 'tcp', ['ask', port, 'GET / HTTP/1.0\\r\\n\\r\\n']);
              ok(status === 0 && stdout.startsWith('HTTP/1.0 200 OK\\r\\n') && stdout.endsWith('<h1>tea</h1>'), stdout);
            }
            const third = await ended(await python(['-m', 'http.server', '8000']));
            matches(third.stderr, /OSError: .* (Address in use|Address already in use)/);
            await server.kill('SIGINT');
            const [interrupted] = await prints(server, /\\nKeyboard interrupt received, exiting\\.\\n/);
            equal(await server.exit, 0, interrupted);
            await other.kill('SIGTERM');
            equal(await other.exit, 143);
            """);
    }

    @Test
    void theExampleShowsItsRequests(SdkPage sdk) {
        run(sdk, """
            await os.fs.writeFile('/work/main.py', await file('examples/python-server/main.py'));
            const server = await os.run('/work');
            await prints(server, /Serving on http:\\/\\/localhost:8000\\//);
            const ask = `import urllib.request
            print(urllib.request.urlopen("http://localhost:8000/", b"name=%3Cann%3E").read().decode())
            print(urllib.request.urlopen("http://localhost:8000/requests.json").read().decode())`;
            const { stdout } = await ended(await python(['-c', ask]));
            matches(stdout, /Cups poured: 1 \\(the last one for &lt;ann&gt;\\)[^]*GET<td>\\/[^]*POST<td>\\/[^]*\\[\\{"time": "[\\d:]+", "method": "GET", "path": "\\/requests.json"\\}/);
            await server.kill('SIGTERM');
            """);
    }

    @Test
    void theOutsideIsReachedByProxyOrRelay(SdkPage sdk) {
        run(sdk, """
            const proxy = `from http.server import BaseHTTPRequestHandler, HTTPServer
            class Proxy(BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(f"{self.path} {self.headers['Host']}".encode())
            print("proxy", flush=True)
            HTTPServer(("", 3128), Proxy).serve_forever()`;
            const server = await python(['-c', proxy]);
            await prints(server, /proxy/);
            const ask = `import sys, urllib.request
            for url in sys.argv[1:]:
                print(urllib.request.urlopen(url).read().decode())`;
            const urls = ['https://example.org/a?b', 'http://example.org/c'];
            for (const env of [{ http_proxy: 'http://localhost:3128' }, { http_proxy: 'http://localhost:3128/', https_proxy: 'localhost:3128' }]) {
              equal(await ended(await python(['-c', ask, ...urls], { env: { ...env, PWD: '/work' } })),
                { status: 0, stdout: urls.map((url) => `${url} example.org\\n`).join(''), stderr: '' });
            }
            await server.kill('SIGTERM');
            const outside = `import asyncio, socket
            async def connect():
                await asyncio.open_connection("example.org", 81)
            for attempt in (lambda: socket.create_connection(("example.org", 81), timeout=30)), (lambda: asyncio.run(connect())):
                try:
                    attempt()
                except OSError as failed:
                    print(failed.errno, failed)`;
            const granted = { read: ['/usr'], env: true, random: true, clock: true, connect: ['example.org:81'] };
            matches((await ended(await python(['-c', outside]))).stdout, /^(76 .*Capabilities insufficient\\n){2}$/);
            matches((await ended(await python(['-c', outside], { capabilities: granted }))).stdout, /^14 .*Connection refused\\n14 .*Connect call failed/);
            """);
    }

    @Test
    void whatIsNotThereSaysSo(SdkPage sdk) {
        run(sdk, """
            const says = async (version, code, pattern, options) => {
              const { status, stderr } = await ended(await os.spawn(`python@${version}`, ['-c', code], options));
              ok(status === 1 && pattern.test(stderr), stderr);
            };
            await says('3.12', 'import socket; socket.socket()', /OSError: .* no sockets; python@3.13 has/);
            await says('3.13', 'import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)', /Protocol not supported/);
            await says('3.13', 'import urllib.request as r; r.urlopen("https://example.org/")', /http_proxy names no proxy/);
            await says('3.13', 'import http.client as h; h.HTTPSConnection("example.org")', /TLS is not there yet/);
            await says('3.13', 'import socket; socket.create_server(("", 8000))', /Capabilities insufficient/, { capabilities: { read: ['/usr'], env: true, random: true, clock: true } });
            """);
    }

    @Test
    void aServerIsGrantedItsFolderAndItsPort(SdkPage sdk) {
        run(sdk, """
            await os.fs.writeFile('/work/index.html', '<h1>tea</h1>');
            const own = { read: ['/usr', '/work'], env: true, random: true, clock: true };
            const ask = `import urllib.request; print(urllib.request.urlopen("http://localhost:8000/").read().decode())`;
            // By a grant to listen, or by the listener itself, which the process is started with.
            for (const options of [{ capabilities: { ...own, listen: [8000] } }, { capabilities: own, ports: [8000] }]) {
              const server = await python(['-m', 'http.server', '8000'], options);
              await prints(server, /Serving HTTP on .* port 8000/);
              equal(await ended(await python(['-c', ask], { capabilities: { ...own, connect: ['localhost:8000'] } })), { status: 0, stdout: '<h1>tea</h1>\\n', stderr: '' });
              await server.kill('SIGTERM');
              await server.exit;
            }
            equal((await os.audit()).filter(({ call }) => call !== 'fd_tell' && call !== 'path_open'), []);
            """);
    }

    @Test
    void untilItIsBuiltAnotherVersionAnswers(SdkPage sdk) {
        Object sha256 = sdk.run("""
            const { runtimes } = await (await fetch('/runtimes/manifest.json')).json();
            return runtimes.find(({ version }) => version.startsWith('3.13')).sha256;
            """);
        sdk.page.route("**/runtimes/" + sha256 + ".wasm", route -> route.fulfill(new Route.FulfillOptions().setStatus(404)));
        sdk.page.route("**/runtimes/unavailable.json", route -> route.fulfill(new Route.FulfillOptions()
            .setBody("{\"" + sha256 + "\": \"CPython 3.13.5 is being built, 42 %: try again in a minute or two.\"}")));
        sdk.run("""
            const os = await booted();
            const version = async (command) => ended(await os.spawn(command, ['-c', 'import sys; print(sys.version_info[:2])']));
            equal((await version('python')).stdout, '(3, 12)\\n');
            await os.fs.writeFile('/work/main.py', 'import sys; print(sys.version_info[:2])');
            equal((await ended(await os.run('/work'))).stdout, '(3, 12)\\n');
            equal((await ended(await os.spawn('./main.py'))).stdout, '(3, 12)\\n');
            for (const command of ['python@3.13', 'python3.13']) {
              const { status, stderr } = await version(command);
              equal(status, 126);
              matches(stderr, /is being built, 42 %/);
            }
            """);
    }
}
