package dev.samovar.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What previewed code tries against the page, other previews and the server, and that it harms nothing. */
@ExtendWith(InBrowser.class)
class HostilePreviewTest {

    /** Boots an OS with two servers; answers the previews' addresses. */
    private static final String SERVE = """
        globalThis.os = await booted('web');
        globalThis.serve = async (port) => {
          const ready = new Promise((resolve) => os.on('server-ready', (of, url) => of === port && resolve(url)));
          const process = await os.spawn('web.wasm', [String(port)]);
          process.output.pipeTo(new WritableStream()).catch(() => {});
          return ready;
        };
        return [await serve(8000), await serve(8001)];
        """;

    private static final String PAGE = "/raw?" + "HTTP/1.1%20200%20OK%0D%0AContent-Type:%20text/html%0D%0AConnection:%20close%0D%0A%0D%0A"
        + "%3C!doctype%20html%3E%3Cp%3EServed";

    @SuppressWarnings("unchecked")
    private static List<String> serve(SdkPage sdk) {
        return (List<String>) sdk.run(SERVE);
    }

    /** The page, the OS, the other preview and a new one are as they were. */
    private static void unharmed(SdkPage sdk, List<String> urls) {
        assertEquals("Served", Previewed.framed(sdk, urls.get(1) + PAGE).text());
        assertEquals(sdk.page.url(), sdk.run("""
            equal(await os.check(), []);
            await os.fs.writeFile('/work/still', 'here');
            equal(await os.fs.readFile('/work/still', 'utf8'), 'here');
            return location.href;
            """));
    }

    @Test
    void itReachesNothingOfThePageNorOfAnotherOs(SdkPage sdk) {
        List<String> urls = serve(sdk);
        Previewed page = Previewed.framed(sdk, urls.get(0) + PAGE);
        // Each try complains in the console, in words of the browser's own.
        sdk.expectComplaint(".");
        page.run("""
            const refused = async (what, attempt) => {
              try {
                const result = await attempt();
                if (result !== 'refused') throw new Error(`${what} was not refused: ${result}`);
              } catch (error) {
                if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
              }
            };
            const os = argument[0];
            await refused('to read the page', () => parent.document.body);
            await refused('to reach the SDK', () => parent.os.fs);
            await refused('to read the other preview', () => [...Array(parent.length).keys()].map((i) => parent[i])
              .find((frame) => { try { return frame.location.host !== location.host; } catch { return false; } }) ?? 'refused');
            await refused('to take the page away', () => { top.location.href = 'about:blank'; });
            await refused('to take the page away by a link', () => new Promise((resolve) => {
              const link = Object.assign(document.createElement('a'), { href: 'about:blank', target: '_top' });
              document.body.append(link);
              link.click();
              setTimeout(resolve, 200, 'refused');
            }));
            for (const path of ['', 'health', 'project', 'sdk/samovar.js', '__samovar/settings.json']) {
              await refused(`to fetch /${path}`, () => fetch(os + path));
              await refused(`to fetch /${path} with a token`, () => fetch(os + path, { headers: { Authorization: 'Bearer x' } }));
            }
            await refused('the relay', () => new Promise((resolve) => {
              const socket = new WebSocket(os.replace('http', 'ws') + 'relay');
              socket.onopen = () => resolve('open');
              socket.onerror = () => resolve('refused');
            }));
            await refused('to fetch from the other preview', () => fetch(argument[1] + '/'));
            const framed = async (src) => {
              const frame = Object.assign(document.createElement('iframe'), { src });
              await new Promise((done) => { frame.onload = done; document.body.append(frame); });
              return frame;
            };
            await refused('to frame the page', async () => (await framed(os)).contentDocument ?? 'refused');
            const broker = await framed('/__samovar/broker.html');
            await refused('to frame the broker', async () => broker.contentDocument?.querySelector('script') ?? 'refused');
            """, List.of(sdk.page.url().replace("e2e/blank.html", ""), urls.get(1)));
        unharmed(sdk, urls);
    }

    @Test
    void itHasNoServiceWorkerOfItsOwn(SdkPage sdk) {
        List<String> urls = serve(sdk);
        Previewed page = Previewed.framed(sdk, urls.get(0) + PAGE);
        sdk.expectComplaint(".");
        page.run("""
            const own = raw('addEventListener("fetch", (event) => event.respondWith(new Response("own")))', 'Content-Type: text/javascript\\r\\nService-Worker-Allowed: /');
            // The stand-in is got round by the broker's own.
            const { serviceWorker } = [...Array(parent.length).keys()].map((i) => parent[i]).find((frame) => {
              try {
                return frame.location.pathname === '/__samovar/broker.html';
              } catch {
                return false;
              }
            }).navigator;
            for (const workers of [navigator.serviceWorker, serviceWorker]) {
              for (const script of [own, '/', '/__samovar/broker.js', 'data:text/javascript,']) {
                await workers.register(script, { scope: '/' }).then(() => { throw new Error(`${script} was registered`); }, () => {});
              }
            }
            // Taking away the preview's own harms nobody else, and not itself for long.
            for (const registration of await serviceWorker.getRegistrations()) await registration.unregister();
            """);
        assertEquals("Served", page.navigate(PAGE).shows("Served").text());
        assertEquals("hello\n", page.run("return (await fetch('/')).text();"));
        unharmed(sdk, urls);
    }

    @Test
    void floodsAndForgeriesAreIgnored(SdkPage sdk) {
        List<String> urls = serve(sdk);
        Previewed page = Previewed.framed(sdk, urls.get(0) + PAGE);
        sdk.run("globalThis.heard = []; for (const name of ['port', 'server-ready', 'error']) os.on(name, (...event) => heard.push([name, ...event]));");
        String forgery = """
            const wild = [['port?'], ['ready'], ['blocked', 'x'.repeat(1e5)], ['port', 1], ['open'], null, 'port?', [], [[]], { data: ['port?'] }, ['events', [['exit', 2, 0]]]];
            for (let i = 0; i < 20000; i++) parent.postMessage(wild[i % wild.length], '*');
            """;
        // From the preview itself, and as the broker, into which it can put a script.
        page.run(forgery + """
            const mine = [...Array(parent.length).keys()].map((i) => parent[i]).filter((frame) => {
              try {
                return frame.location.pathname === '/__samovar/broker.html';
              } catch {
                return false;
              }
            });
            if (mine.length !== 1) throw new Error(`${mine.length} brokers`);
            const script = mine[0].document.createElement('script');
            script.src = raw(argument, 'Content-Type: text/javascript');
            await new Promise((done, failed) => { script.onload = done; script.onerror = failed; mine[0].document.head.append(script); });
            // To its service worker, and to the kernel by way of it.
            const { active } = await mine[0].navigator.serviceWorker.getRegistration('/');
            for (const message of [null, 1, [], ['port'], ['port', 'no such lock'], ['cookie'], ['cookie', { }], ['websocket'], ['open'], ['request', 1, {}]]) {
              active.postMessage(message);
            }
            for (let i = 0; i < 200; i++) {
              active.postMessage(['websocket', [null, {}, { url: 1 }, { url: '\\r\\nX: y', protocols: 7, headers: 8 }][i % 4]], [new MessageChannel().port1]);
            }
            """, forgery);
        assertEquals("hello\n", page.run("return (await fetch('/')).text();"));
        sdk.run("equal(heard.filter(([name]) => name !== 'server-ready'), []);");
        unharmed(sdk, urls);
    }

    @Test
    void cookiesForTheCommonDomainDoNotKeepThePageFromLoading(SdkPage sdk) {
        List<String> urls = serve(sdk);
        Previewed.framed(sdk, urls.get(0) + PAGE).run("""
            for (let i = 0; i < 180; i++) document.cookie = `c${i}=${'x'.repeat(4000)}; domain=samovar.localhost; path=/`;
            if (document.cookie.length < 100000) throw new Error(`only ${document.cookie.length} bytes of cookies`);
            """);
        sdk.reload();
        unharmed(sdk, serve(sdk));
    }

    @Test
    void anEndlessLoopStallsItsOwnPageOnly(SdkPage sdk) {
        List<String> urls = serve(sdk);
        Previewed page = Previewed.framed(sdk, urls.get(0) + PAGE);
        page.run("setTimeout(() => { for (const end = performance.now() + 3000; performance.now() < end;); }, 50);");
        double worst = ((Number) sdk.run("""
            let worst = 0;
            for (const end = performance.now() + 1500; performance.now() < end;) {
              const before = performance.now();
              await new Promise((resolve) => setTimeout(resolve, 1));
              worst = Math.max(worst, performance.now() - before);
            }
            return worst;
            """)).doubleValue();
        assertTrue(worst < 1000, "the page stood still for " + worst + " ms");
        unharmed(sdk, urls);
    }
}
