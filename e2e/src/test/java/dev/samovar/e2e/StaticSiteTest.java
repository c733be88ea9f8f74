package dev.samovar.e2e;

import dev.samovar.e2e.Previewed.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A folder with an index.html is served by a process of our own (runtimes/static/serve.c). */
@ExtendWith(InBrowser.class)
class StaticSiteTest {

    @ParameterizedTest
    @EnumSource
    void aPageIsLoadedAnewWhenItsFilesChange(Place place, SdkPage sdk) {
        Object url = sdk.run("""
            globalThis.os = await booted();
            await os.mount({ site: { directory: { 'index.html': { file: { contents: '<h1>before</h1>' } } } } }, { at: '/work' });
            const ready = new Promise((resolve) => os.on('server-ready', (port, url) => resolve(url)));
            await os.run('/work/site');
            return ready;
            """);
        Previewed page = place.open(sdk, url + "/").shows("before");
        sdk.run("await os.fs.writeFile('/work/site/index.html', '<h1>after</h1>');");
        page.shows("after");
    }

    @Test
    void servesAFolder(SdkPage sdk) {
        sdk.run("""
            const { Asker } = await import('/e2e/asker.js');
            const os = await Samovar.boot();
            const file = (contents) => ({ file: { contents } });
            await os.mount({ site: { directory: {
              'index.html': file('<h1>home</h1>'), 'a b.txt': file('0123456789'), '.env': file('secret'), 'big.bin': file(new Uint8Array(3_000_000).fill(7)),
              sub: { directory: { 'index.html': file('sub') } }, bare: { directory: { '<x>&.svg': file('<svg/>') } }, empty: file(''),
            } }, 'outside.txt': file('outside') }, { at: '/work' });
            equal((await os.detect('/work/site')).command, 'serve');
            const opened = new Promise((resolve) => os.on('port', resolve));
            const server = await os.run('/work/site');
            const port = await opened;
            equal(port, 8080);
            const asker = new Asker(os, port);
            const ask = async (url, headers = [], more = {}) => asker.ask(url, { headers, ...more });

            const home = await ask('/');
            equal([home.status, home.headers['Content-Type'], home.headers['Cache-Control']], [200, 'text/html; charset=utf-8', 'no-store']);
            matches(home.text, /^<h1>home<\\/h1>\\n<script>.*EventSource/);
            const text = await ask('/a%20b.txt?query');
            equal([text.text, text.headers['Content-Type'], text.headers['Cache-Control']], ['0123456789', 'text/plain; charset=utf-8', 'no-cache']);
            equal((await ask('/a%20b.txt', [], { method: 'HEAD' })).headers['Content-Length'], '10');
            equal((await ask('/empty')).status, 200);
            equal((await ask('/big.bin')).bytes.reduce((sum, byte) => sum + byte, 0), 21_000_000);

            // Ranges (RFC 9110 §14) and conditions (§13).
            const part = async (range, ...more) => {
              const { status, text: its, headers } = await ask('/a%20b.txt', [['Range', range], ...more]);
              return [status, status === 416 ? '' : its, headers['Content-Range']];
            };
            equal(await part('bytes=2-4'), [206, '234', 'bytes 2-4/10']);
            equal(await part('bytes=8-'), [206, '89', 'bytes 8-9/10']);
            equal(await part('bytes=-3'), [206, '789', 'bytes 7-9/10']);
            equal(await part('bytes=5-99'), [206, '56789', 'bytes 5-9/10']);
            equal(await part('bytes=10-'), [416, '', 'bytes */10']);
            for (const all of ['bytes=4-2', 'bytes=1-2,4-5', 'lines=1-2', 'bytes=x-']) {
              equal(await part(all), [200, '0123456789', undefined]);
            }
            const { ETag: tag } = text.headers;
            equal(await part('bytes=0-0', ['If-Range', tag]), [206, '0', 'bytes 0-0/10']);
            equal(await part('bytes=0-0', ['If-Range', '"other"']), [200, '0123456789', undefined]);
            equal((await ask('/a%20b.txt', [['If-None-Match', tag]])).status, 304);
            equal((await ask('/a%20b.txt', [['If-None-Match', '"other"']])).status, 200);

            // Folders, what is not there, and ways out.
            const moved = await ask('/sub?x');
            equal([moved.status, moved.headers.Location], [301, 'sub/']);
            matches((await ask('/sub/')).text, /^sub/);
            matches((await ask('/bare/')).text, /<a href='%3Cx%3E%26.svg'>&#60;x&#62;&#38;.svg<\\/a>/);
            for (const url of ['/none', '/../outside.txt', '/%2e%2e/outside.txt', '/sub/..%2f..%2foutside.txt', '/.env', '/.%00', '//etc/passwd',
              '/a%20b.txt/', '/%zz']) {
              equal((await ask(url)).status, 404, url);
            }
            equal((await asker.ask('/', { method: 'POST', body: [new Uint8Array(10)] })).status, 405);
            await os.fs.writeFile('/work/site/404.html', 'own page');
            matches((await ask('/none')).text, /^own page/);

            // Pages hear of a change, while others are served.
            const changes = asker.begin('/.changes');
            equal(new TextDecoder().decode(await changes.next()), ': waiting\\n\\n');
            const change = changes.next();
            await os.fs.writeFile('/work/site/a b.txt', 'changed');
            equal(new TextDecoder().decode(await change), 'data: changed\\n\\n');
            equal((await ask('/a%20b.txt', [['If-None-Match', tag]])).text, 'changed');
            changes.cancel();

            equal((await os.ps()).some(({ command }) => command.startsWith('serve')), true);
            equal(await os.check(), []);
            await server.kill('SIGTERM');
            await server.exit;
            await settled(os);
            """);
    }
}
