package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Folders copied into an OS. */
@ExtendWith(InBrowser.class)
class MountTest {

    /** Everything below a directory, one line each, as {@code listing}. */
    private static final String LISTING = """
        const listing = async (os, at) => {
          const lines = [];
          for (const { name, type } of await os.fs.readdir(at, { withFileTypes: true })) {
            const path = `${at}/${name}`;
            if (type === 'directory') {
              lines.push(`${path}/`, ...await listing(os, path));
            } else {
              lines.push(type === 'symlink' ? `${path} -> ${await os.fs.readlink(path)}` : `${path}: ${await os.fs.readFile(path, 'utf8')}`);
            }
          }
          return lines;
        };
        """;

    @Test
    void aTreeIsCopied(SdkPage sdk) {
        sdk.run(LISTING + """
            const os = await booted();
            const progress = [];
            const heard = [];
            os.on('progress', (what) => heard.push(what));
            await os.mount({
              'a b.txt': { file: { contents: 'text' } },
              'bytes': { file: { contents: new Uint8Array([0x74, 0x65, 0x61]) } },
              empty: { directory: {} },
              lib: { directory: { deep: { directory: { '🫖': { file: { contents: '' } } } }, link: { symlink: '../a b.txt' } } },
            }, { at: '/work/new/place', onProgress: (each) => progress.push(each) });
            equal(await listing(os, '/work'), ['/work/new/', '/work/new/place/', '/work/new/place/a b.txt: text',
              '/work/new/place/bytes: tea', '/work/new/place/empty/', '/work/new/place/lib/', '/work/new/place/lib/deep/',
              '/work/new/place/lib/deep/🫖: ', '/work/new/place/lib/link -> ../a b.txt']);
            equal(await os.fs.readFile('/work/new/place/lib/link', 'utf8'), 'text');
            equal(progress.at(-1), { loaded: 3, total: 3 });
            equal(heard.at(-1), { what: 'mount', loaded: 3, total: 3 });
            """);
    }

    @Test
    void aSecondMountMerges(SdkPage sdk) {
        sdk.run(LISTING + """
            const os = await booted();
            const file = (contents) => ({ file: { contents } });
            await os.mount({ a: file('1'), d: { directory: { x: file('1'), y: file('1') } }, l: { symlink: 'a' } });
            await os.mount({ b: file('2'), d: { directory: { y: file('2'), z: file('2') } }, l: { symlink: 'b' } });
            equal(await listing(os, '/work'), ['/work/a: 1', '/work/b: 2', '/work/d/', '/work/d/x: 1', '/work/d/y: 2',
              '/work/d/z: 2', '/work/l -> b']);
            """);
    }

    @Test
    void namesThatLeadOutAreRefused(SdkPage sdk) {
        sdk.run(LISTING + """
            const os = await booted();
            for (const name of ['..', '.', '', 'a/b', '/etc', '../x', 'nul\\0']) {
              await rejects(os.mount({ [name]: { file: { contents: 'x' } } }, { at: '/work/m' }), 'EINVAL');
              await rejects(os.mount({ d: { directory: { [name]: { directory: {} } } } }, { at: '/work/m' }), 'EINVAL');
            }
            equal((await listing(os, '/work')).filter((line) => !line.endsWith('/')), []);
            equal((await os.fs.readdir('/')).includes('x'), false);
            for (const tree of [{ a: {} }, { a: null }, { a: 'text' }, { a: { file: { contents: 7 } } }, { a: { file: {} } }]) {
              await rejects(os.mount(tree), 'EINVAL');
            }
            for (const source of [null, undefined, 'text', 7]) {
              await rejects(os.mount(source), 'EINVAL');
            }
            await os.fs.writeFile('/work/file', '');
            await rejects(os.mount({}, { at: '/work/file' }), 'ENOTDIR');
            await rejects(os.mount(new Uint8Array([0x50, 0x4b, 3, 4])), 'EINVAL');
            """);
    }

    @Test
    void aDirectoryHandleGivesTheSameTree(SdkPage sdk) {
        sdk.run(LISTING + """
            const root = await navigator.storage.getDirectory();
            const write = async (directory, name, contents) => {
              const writable = await (await directory.getFileHandle(name, { create: true })).createWritable();
              await writable.write(contents);
              await writable.close();
            };
            const project = await root.getDirectoryHandle('project', { create: true });
            await write(project, 'a b.txt', 'text');
            await write(project, 'nothing', '');
            await project.getDirectoryHandle('empty', { create: true });
            const lib = await project.getDirectoryHandle('lib', { create: true });
            await write(await lib.getDirectoryHandle('deep', { create: true }), '🫖', 'tea');
            const big = new Uint8Array(3_000_000).map((_, i) => i * 31);
            await write(lib, 'big', big);

            const os = await booted();
            const progress = [];
            await os.mount(project, { at: '/work/p', onProgress: (each) => progress.push(each) });
            const back = await os.fs.readFile('/work/p/lib/big');
            ok(back.length === big.length && back.every((byte, i) => byte === big[i]), 'the large file has other bytes');
            await os.fs.rm('/work/p/lib/big');
            equal(await listing(os, '/work/p'), ['/work/p/a b.txt: text', '/work/p/empty/', '/work/p/lib/', '/work/p/lib/deep/',
              '/work/p/lib/deep/🫖: tea', '/work/p/nothing: ']);
            equal(progress.at(-1), { loaded: 4, total: 4 });
            """);
    }

    @Test
    void aMountCanBeGivenUp(SdkPage sdk) {
        sdk.run("""
            const os = await booted();
            const given = AbortSignal.abort();
            const early = await os.mount({}, { at: '/work/never', signal: given }).then(() => null, (error) => error);
            equal([early instanceof SamovarError, early.code], [true, 'ABORTED']);
            await rejects(os.fs.stat('/work/never'), 'ENOENT');

            // While a handle is read, file by file, there is time to stop.
            const root = await navigator.storage.getDirectory();
            for (let i = 0; i < 100; i++) {
              const writable = await (await root.getFileHandle(`file-${i}`, { create: true })).createWritable();
              await writable.write('x');
              await writable.close();
            }
            const abort = new AbortController();
            const copying = os.mount(root, { at: '/work/some', signal: abort.signal, onProgress: () => abort.abort() });
            await rejects(copying, 'ABORTED');
            const count = (await os.fs.readdir('/work/some')).length;
            ok(count < 100, `${count} files were copied all the same`);
            """);
    }
}
