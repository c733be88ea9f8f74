package dev.samovar.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Zips in and out; and those that mean harm. */
@ExtendWith(InBrowser.class)
class ZipTest {

    private static final String BYTES = """
        const zip = Uint8Array.fromBase64(argument);
        """;

    @Test
    void whatJavaZipsIsMounted(SdkPage sdk) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("d/"));
            put(zip, "d/a b.txt", "text".repeat(100), ZipEntry.DEFLATED);
            put(zip, "deep/er/🫖 é", "tea", ZipEntry.STORED);
            put(zip, "empty", "", ZipEntry.DEFLATED);
            put(zip, "__proto__/x", "1", ZipEntry.DEFLATED);
        }
        sdk.run(BYTES + """
            for (const source of [zip, zip.buffer, new Blob([zip])]) {
              const os = await booted();
              const progress = [];
              await os.mount(source, { at: '/work/z', onProgress: (each) => progress.push(each) });
              equal(await os.fs.readdir('/work/z'), ['__proto__', 'd', 'deep', 'empty']);
              equal(await os.fs.readFile('/work/z/d/a b.txt', 'utf8'), 'text'.repeat(100));
              equal(await os.fs.readFile('/work/z/deep/er/🫖 é', 'utf8'), 'tea');
              equal((await os.fs.stat('/work/z/empty')).size, 0);
              equal((await os.fs.stat('/work/z/empty')).mtimeMs, 1_700_000_000_000);
              equal(progress.at(-1), { loaded: 4, total: 4 });
              await os.teardown();
            }
            """, base64(bytes));
    }

    private static void put(ZipOutputStream zip, String name, String text, int method) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(method);
        entry.setLastModifiedTime(FileTime.fromMillis(1_700_000_000_000L));
        if (method == ZipEntry.STORED) {
            CRC32 crc = new CRC32();
            crc.update(bytes);
            entry.setCrc(crc.getValue());
            entry.setSize(bytes.length);
        }
        zip.putNextEntry(entry);
        zip.write(bytes);
    }

    private static String base64(ByteArrayOutputStream bytes) {
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    @Test
    void javaReadsWhatIsExported(SdkPage sdk) throws IOException {
        String zip = (String) sdk.run("""
            const os = await booted();
            const file = (contents) => ({ file: { contents } });
            await os.mount({ 'a b.txt': file('text'.repeat(1000)), 'ü': { directory: { '🫖': file(new Uint8Array([0, 255])) } },
              empty: { directory: {} }, nothing: file(''), link: { symlink: 'ü/🫖' } }, { at: '/work/p' });
            const zip = await os.export('/work/p', { format: 'zip' });
            ok(zip instanceof Uint8Array, 'no bytes');
            equal(new TextDecoder().decode((await os.export('/work/p/a b.txt')).slice(0, 2)), 'PK');
            await rejects(os.export('/work/none'), 'ENOENT');
            await rejects(os.export('/work/p', { format: 'tar' }), 'EINVAL');
            return zip.toBase64();
            """);
        Map<String, String> found = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(zip)))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                found.put(entry.getName(), new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
            }
        }
        assertEquals(Map.of("a b.txt", "text".repeat(1000), "ü/", "", "ü/🫖", "\0\u00ff", "empty/", "", "nothing", "",
            "link", "\u00c3\u00bc/\u00f0\u009f\u00ab\u0096"), found);
    }

    @Test
    void whatIsExportedIsMountedTheSame(SdkPage sdk) {
        sdk.run("""
            const os = await booted();
            const big = new Uint8Array(100_000_000).map((_, i) => (i >> 8) * 31 + i);
            await os.mount({ big: { file: { contents: big } }, l: { symlink: 'sub/none' }, sub: { directory: { x: { file: { contents: 'x' } } } } },
              { at: '/work/p' });
            await os.fs.utimes('/work/p/sub/x', 1e12, 1e12);
            const zip = await os.export('/work/p');
            ok(zip.length < 50_000_000, `not compressed: ${zip.length}`);
            await os.fs.rm('/work/p', { recursive: true });
            await os.mount(zip, { at: '/work/q' });
            const back = await os.fs.readFile('/work/q/big');
            equal(back.length, big.length);
            const hash = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).toHex();
            equal(await hash(back), await hash(big));
            equal(await os.fs.readlink('/work/q/l'), 'sub/none');
            equal(Math.round((await os.fs.stat('/work/q/sub/x')).mtimeMs / 1000), 1e9);
            """);
    }

    @Test
    void moreFilesThanSixteenBitsCount(SdkPage sdk) {
        sdk.run("""
            const os = await booted();
            const tree = {};
            for (let d = 0; d < 70; d++) {
              const files = {};
              for (let i = 0; i < 1000; i++) {
                files[`f${i}`] = { file: { contents: '' } };
              }
              tree[`d${d}`] = { directory: files };
            }
            await os.mount(tree, { at: '/work/p' });
            const zip = await os.export('/work/p');
            await os.mount(zip, { at: '/work/q' });
            equal((await os.fs.readdir('/work/q')).length, 70);
            equal((await os.fs.readdir('/work/q/d69')).length, 1000);
            """);
    }

    /** Makes small zips in the browser, each with one thing wrong: {@code zipOf([{ name, data, … }])}. */
    private static final String CRAFT = """
        const zipOf = (entries, { count } = {}) => {
          const out = [];
          const u16 = (n) => [n & 255, n >> 8 & 255];
          const u32 = (n) => [...u16(n), ...u16(n >>> 16)];
          const encode = (text) => [...new TextEncoder().encode(text)];
          const crc32 = (bytes) => {
            let c = -1;
            for (const byte of bytes) {
              c ^= byte;
              for (let k = 0; k < 8; k++) c = c & 1 ? c >>> 1 ^ 0xedb88320 : c >>> 1;
            }
            return ~c >>> 0;
          };
          const central = [];
          for (const { name, data = 'x', raw, size, packed, crc, method = 0, flags = 0x800, mode = 0o100644, at } of entries) {
            const bytes = raw ?? encode(data);
            const nameBytes = encode(name);
            const offset = at ?? out.length;
            const fields = [...u16(20), ...u16(flags), ...u16(method), ...u32(0x21), ...u32(crc ?? crc32(bytes)),
              ...u32(packed ?? bytes.length), ...u32(size ?? bytes.length), ...u16(nameBytes.length), ...u16(0)];
            if (at === undefined) out.push(...u32(0x04034b50), ...fields, ...nameBytes, ...bytes);
            central.push(...u32(0x02014b50), ...u16(0x314), ...fields, ...u16(0), ...u16(0), ...u16(0), ...u32(mode * 65536),
              ...u32(offset), ...nameBytes);
          }
          const start = out.length;
          const n = count ?? entries.length;
          return new Uint8Array([...out, ...central, ...u32(0x06054b50), ...u16(0), ...u16(0), ...u16(n), ...u16(n),
            ...u32(central.length), ...u32(start), ...u16(0)]);
        };
        """;

    @Test
    void namesThatLeadOutAreRefused(SdkPage sdk) {
        sdk.run(CRAFT + """
            const os = await booted();
            equal(await (await os.mount(zipOf([{ name: 'good' }]), { at: '/work/z' }), os.fs.readFile('/work/z/good', 'utf8')), 'x');
            for (const name of ['../x', 'a/../x', 'a/../../x', '..', '/x', '/etc/x', 'a\\\\b', '..\\\\x', 'C:\\\\x', 'nul\\0x', '', '.', 'a//b', './a',
              'a/./b', 'a/..', '/', 'd/../']) {
              const error = await rejects(os.mount(zipOf([{ name: 'first' }, { name }]), { at: '/work/m' }), 'EINVAL');
              matches(error.message, /Nothing of the zip was mounted/, JSON.stringify(name));
            }
            await rejects(os.mount(zipOf([{ name: 'x'.repeat(256) }]), { at: '/work/m' }), 'ENAMETOOLONG');
            equal(await os.fs.readdir('/work'), ['z']);
            equal((await os.fs.readdir('/')).includes('x'), false);
            """);
    }

    @Test
    void aSymlinkLeadsNoFileElsewhere(SdkPage sdk) {
        sdk.run(CRAFT + """
            const os = await booted();
            const link = { name: 'l', data: '/tmp', mode: 0o120777 };
            await rejects(os.mount(zipOf([link, { name: 'l/x' }]), { at: '/work/m' }), 'EINVAL');
            await rejects(os.mount(zipOf([{ name: 'l/x' }, link]), { at: '/work/m' }), 'EINVAL');
            await rejects(os.mount(zipOf([link, { name: 'l' }]), { at: '/work/m' }), 'EINVAL');
            await rejects(os.mount(zipOf([{ name: 'a' }, { name: 'a/b' }]), { at: '/work/m' }), 'EINVAL');
            await os.mount(zipOf([link]), { at: '/work/m' });
            equal(await os.fs.readlink('/work/m/l'), '/tmp');
            // One that is there already is replaced, and not followed.
            await os.mount(zipOf([{ name: 'l/x' }]), { at: '/work/m' });
            equal(await os.fs.readFile('/work/m/l/x', 'utf8'), 'x');
            equal(await os.fs.readdir('/tmp'), []);
            """);
    }

    @Test
    void bombsAndDamageAreFoundOut(SdkPage sdk) {
        sdk.run(CRAFT + """
            const os = await Samovar.boot({ memory: '64MiB' });
            const deflate = async (bytes) => new Uint8Array(await new Response(new Blob([bytes]).stream()
              .pipeThrough(new CompressionStream('deflate-raw'))).arrayBuffer());
            const bomb = await deflate(new Uint8Array(60_000_000));
            const fails = async (zip, code, says) => {
              const before = await pages(os);
              const error = await rejects(os.mount(zip, { at: '/work/bad' }), code);
              matches(error.message, says);
              await rejects(os.fs.stat('/work/bad'), 'ENOENT');
              await until(async () => await pages(os) <= before + 16, 'the pages are back');
            };
            // It says how large it is: too large for this OS. It lies about it: found out after a byte too many.
            await fails(zipOf([{ name: 'b', raw: bomb, method: 8, size: 600_000_000 }]), 'ENOSPC', /unpacks to 600000000 bytes, and there is room for/);
            await fails(zipOf([{ name: 'b', raw: bomb, method: 8, size: 10 }]), 'EIO', /larger than the 10 bytes/);
            await fails(zipOf([{ name: 'b', raw: bomb, method: 8, size: 59_999_999 }]), 'EIO', /larger than the 59999999 bytes/);
            // Files that share their bytes.
            const shared = zipOf([{ name: 'a', data: 'y'.repeat(5000) }, { name: 'b', data: 'y'.repeat(5000), at: 0 }, { name: 'c', data: 'y'.repeat(5000), at: 0 }]);
            await fails(shared, 'EINVAL', /lie over one another/);
            await fails(zipOf([{ name: 'a', crc: 1 }]), 'EIO', /checksum/);
            await fails(zipOf([{ name: 'a', method: 8, raw: [1, 2, 3, 4], size: 9 }]), 'EIO', /a in the zip is damaged/);
            await fails(zipOf([{ name: 'a', method: 8, raw: await deflate(new Uint8Array(5)), size: 9 }]), 'EIO', /it has 5 bytes, not 9/);
            await fails(zipOf([{ name: 'a', flags: 1 }]), 'EINVAL', /encrypted/);
            await fails(zipOf([{ name: 'a', method: 12 }]), 'EINVAL', /method 12/);
            await fails(zipOf([{ name: 'a', size: 2 }]), 'EINVAL', /two sizes/);
            await fails(zipOf([{ name: 'a' }], { count: 2 }), 'EINVAL', /cut off/);
            const good = zipOf([{ name: 'a', data: 'hello' }]);
            await fails(good.slice(0, -1), 'EINVAL', /no zip|end is missing/);
            await fails(good.slice(10), 'EINVAL', /./);
            for (let at = 0; at < good.length; at++) {
              const damaged = good.slice();
              damaged[at] ^= 0xff;
              await os.mount(damaged, { at: '/work/d' }).catch((error) => ok(['EINVAL', 'EIO', 'ENOSPC', 'ENAMETOOLONG'].includes(error.code), error.stack));
              await os.fs.rm('/work/d', { recursive: true, force: true });
            }
            // What comes before a zip (a self-extracting one) does not matter.
            await os.mount(new Uint8Array([...good.slice(0, 4), ...new Uint8Array(26), ...good]), { at: '/work/s' });
            equal(await os.fs.readFile('/work/s/a', 'utf8'), 'hello');
            """);
    }

    @Test
    void whatGitIgnoresIsLeftOut(SdkPage sdk) {
        sdk.run(CRAFT + """
            const os = await booted();
            const file = (contents) => ({ file: { contents } });
            const tree = {
              '.gitignore': file('node_modules/\\n*.log\\n!keep.log\\n/out\\n'), 'main.js': file('1'), 'x.log': file('1'), 'keep.log': file('1'),
              node_modules: { directory: { a: { directory: { 'index.js': file('1') } } } },
              '.git': { directory: { config: file('1') } },
              out: { directory: { x: file('1') } },
              src: { directory: { '.gitignore': file('*.tmp\\n!x.log'), 'a.tmp': file('1'), 'x.log': file('1'), out: { directory: { y: file('1') } },
                node_modules: { directory: { b: file('1') } } } },
            };
            const expected = { files: 6, skipped: ['x.log', 'node_modules/', '.git/', 'out/', 'src/a.tmp', 'src/node_modules/'], skippedCount: 6 };
            equal(await os.mount(tree, { at: '/work/t', gitignore: true }), expected);
            equal(await os.fs.readdir('/work/t'), ['.gitignore', 'keep.log', 'main.js', 'src']);
            equal(await os.fs.readdir('/work/t/src'), ['.gitignore', 'out', 'x.log']);
            equal((await os.mount(tree, { at: '/work/all' })).skippedCount, 0);
            equal((await os.fs.readdir('/work/all/.git')), ['config']);

            const zip = await os.export('/work/all');
            const { skipped } = await os.mount(zip, { at: '/work/z', gitignore: true });
            equal(skipped.sort(), [...expected.skipped].sort());

            // What a program is made of stays, though git leaves it to npm.
            tree['package.json'] = file('{"dependencies": {"a": "1"}}');
            tree.node_modules.directory.a.directory['x.log'] = file('1');
            await os.mount(tree, { at: '/work/needed' });
            const folder = async (tree, at) => {
              for (const [name, { file, directory }] of Object.entries(tree)) {
                if (directory) await folder(directory, await at.getDirectoryHandle(name, { create: true }));
                else {
                  const writable = await (await at.getFileHandle(name, { create: true })).createWritable();
                  await writable.write(file.contents);
                  await writable.close();
                }
              }
              return at;
            };
            const handle = await folder(tree, await (await navigator.storage.getDirectory()).getDirectoryHandle('needed', { create: true }));
            for (const source of [tree, handle, await os.export('/work/needed')]) {
              equal((await os.mount(source, { at: '/work/n', gitignore: true })).skipped.filter((name) => /node_modules/.test(name)), ['src/node_modules/']);
              equal((await os.fs.readdir('/work/n/node_modules/a')), ['index.js', 'x.log']);
              await os.fs.rm('/work/n', { recursive: true });
            }
            """);
    }
}
