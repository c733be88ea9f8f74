package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code os.fs}, and the same files seen by a program. */
@ExtendWith(InBrowser.class)
class FileSystemTest {

    /** POSIX as libc shows it, from inside. */
    @Test
    void programsSeePosix(SdkPage sdk) {
        sdk.run("""
            const os = await booted('fs');
            equal(await go(os, 'fs'), { status: 0, stdout: 'ok\\n', stderr: '' });
            """);
    }

    @Test
    void startsWithItsFolders(SdkPage sdk) {
        sdk.run("""
            const os = await booted();
            for (const name of ['dev', 'home', 'tmp', 'usr', 'work']) {
              equal((await os.fs.stat(`/${name}`)).type, 'directory', name);
            }
            equal((await os.fs.stat('/dev/null')).type, 'device');
            equal(await os.fs.readdir('/work'), []);
            """);
    }

    @Test
    void filesAreWrittenAndRead(SdkPage sdk) {
        sdk.run("""
            const { fs } = await booted();
            await fs.writeFile('/work/a.txt', 'tea, 茶, 🫖');
            equal(await fs.readFile('/work/a.txt', 'utf8'), 'tea, 茶, 🫖');
            equal(decode(await fs.readFile('/work/a.txt')), 'tea, 茶, 🫖');
            equal(await fs.readFile('a.txt', 'utf8'), 'tea, 茶, 🫖', 'a path below /work');
            equal(await fs.readFile('//work/./../work/a.txt', 'utf8'), 'tea, 茶, 🫖');
            await fs.writeFile('/work/a.txt', 'short');
            equal(await fs.readFile('/work/a.txt', 'utf8'), 'short', 'truncated first');
            await fs.writeFile('/work/empty', '');
            equal((await fs.readFile('/work/empty')).length, 0);
            await rejects(fs.readFile('/work/none'), 'ENOENT');
            await rejects(fs.readFile('/work'), 'EISDIR');
            await rejects(fs.readFile('/work/a.txt/b'), 'ENOTDIR');
            await rejects(fs.writeFile('/work', 'x'), 'EISDIR');
            await rejects(fs.writeFile('/work/none/x', 'x'), 'ENOENT');
            await rejects(fs.writeFile('/work/x', 17), 'EINVAL');
            await rejects(fs.writeFile('/work/x', undefined), 'EINVAL');
            await rejects(fs.readFile(''), 'EINVAL');
            await rejects(fs.readFile('a\\0b'), 'EINVAL');
            await rejects(fs.writeFile(`/work/${'n'.repeat(256)}`, ''), 'ENAMETOOLONG');
            matches((await rejects(fs.readFile('/work/none'), 'ENOENT')).message, /\\/work\\/none.*ENOENT/);
            """);
    }

    @Test
    void tenMegabytesComeBackAsTheyWere(SdkPage sdk) {
        sdk.run("""
            const { fs } = await booted();
            const bytes = new Uint8Array(10 * 1024 * 1024 + 7);
            for (let at = 0; at < bytes.length; at += 65536) {
              crypto.getRandomValues(bytes.subarray(at, at + 65536));
            }
            await fs.writeFile('/tmp/big', bytes);
            equal((await fs.stat('/tmp/big')).size, bytes.length);
            const back = await fs.readFile('/tmp/big');
            equal(back.length, bytes.length);
            ok(back.every((byte, i) => byte === bytes[i]), 'other bytes came back');
            equal(bytes.length, 10 * 1024 * 1024 + 7, 'bytes that the caller still holds');
            // A view of a part is that part.
            await fs.writeFile('/tmp/part', bytes.subarray(1000, 1010));
            equal([...await fs.readFile('/tmp/part')], [...bytes.subarray(1000, 1010)]);
            """);
    }

    @Test
    void namesMayBeAnything(SdkPage sdk) {
        sdk.run("""
            const os = await booted('ls');
            const names = ['with space', 'tab\\there', 'new\\nline', '🫖 té', '-rf', '*', "it's", '..a', '__proto__', 'n'.repeat(255)];
            for (const name of names) {
              await os.fs.mkdir(`/work/d/${name}`, { recursive: true });
              await os.fs.writeFile(`/work/d/${name}/${name}`, name);
            }
            equal(await os.fs.readdir('/work/d'), [...names].sort());
            for (const name of names) {
              equal(await os.fs.readFile(`/work/d/${name}/${name}`, 'utf8'), name);
            }
            const { stdout } = await go(os, 'ls', ['/work/d/🫖 té']);
            equal(stdout.trim().split(/ {2,}|(?<=\\d) /), ['file', '8', '🫖 té']);
            """);
    }

    @Test
    void foldersAreMadeListedAndRemoved(SdkPage sdk) {
        sdk.run("""
            const { fs } = await booted();
            await fs.mkdir('/work/a');
            await rejects(fs.mkdir('/work/a'), 'EEXIST');
            await fs.mkdir('/work/a', { recursive: true });
            await rejects(fs.mkdir('/work/x/y'), 'ENOENT');
            await fs.mkdir('/work/x/y/z', { recursive: true });
            await fs.writeFile('/work/f', '');
            await rejects(fs.mkdir('/work/f'), 'EEXIST');
            await rejects(fs.mkdir('/work/f/g'), 'ENOTDIR');
            await rejects(fs.mkdir('/work/f', { recursive: true }), 'EEXIST');
            await rejects(fs.mkdir('/work/f/below', { recursive: true }), 'ENOTDIR');
            await rejects(fs.mkdir('/work/f/g', { recursive: true }), 'ENOTDIR');
            await fs.symlink('f', '/work/l');
            equal(await fs.readdir('/work'), ['a', 'f', 'l', 'x']);
            equal(await fs.readdir('/work', { withFileTypes: true }), [{ name: 'a', type: 'directory' }, { name: 'f', type: 'file' },
              { name: 'l', type: 'symlink' }, { name: 'x', type: 'directory' }]);
            await rejects(fs.readdir('/work/none'), 'ENOENT');
            await rejects(fs.readdir('/work/f'), 'ENOTDIR');

            await rejects(fs.rm('/work/none'), 'ENOENT');
            await fs.rm('/work/none', { force: true });
            await fs.rm('/work/none', { recursive: true, force: true });
            await rejects(fs.rm('/work/x'), 'EISDIR');
            await fs.rm('/work/l');
            equal((await fs.stat('/work/f')).type, 'file', 'what a removed link led to');
            await fs.symlink('/work/a', '/work/x/y/link');
            await fs.writeFile('/work/a/kept', 'kept');
            await fs.rm('/work/x', { recursive: true });
            equal(await fs.readdir('/work'), ['a', 'f']);
            equal(await fs.readFile('/work/a/kept', 'utf8'), 'kept', 'what a link in a removed tree led to');

            for (let i = 0; i < 3000; i++) {
              fs.writeFile(`/work/a/file-${i}`, '');
            }
            equal((await fs.readdir('/work/a')).length, 3001);
            await fs.rm('/work/a', { recursive: true });
            await rejects(fs.stat('/work/a'), 'ENOENT');
            """);
    }

    @Test
    void renameIsPosix(SdkPage sdk) {
        sdk.run("""
            const { fs } = await booted();
            await fs.writeFile('/work/a', 'a');
            await fs.writeFile('/work/b', 'b');
            await fs.rename('/work/a', '/work/b');
            equal(await fs.readdir('/work'), ['b']);
            equal(await fs.readFile('/work/b', 'utf8'), 'a');
            await rejects(fs.rename('/work/none', '/work/c'), 'ENOENT');
            await fs.mkdir('/work/d/e', { recursive: true });
            await fs.mkdir('/work/full/x', { recursive: true });
            await rejects(fs.rename('/work/d', '/work/full'), 'ENOTEMPTY');
            await rejects(fs.rename('/work/d', '/work/d/e/f'), 'EINVAL');
            await rejects(fs.rename('/work/b', '/work/d'), 'EISDIR');
            await rejects(fs.rename('/work/d', '/work/b'), 'ENOTDIR');
            await fs.rename('/work/d/e', '/tmp/moved');
            equal((await fs.stat('/tmp/moved')).type, 'directory');
            equal(await fs.readdir('/work/d'), []);
            """);
    }

    @Test
    void linksLead(SdkPage sdk) {
        sdk.run("""
            const { fs } = await booted();
            await fs.writeFile('/work/a', 'a');
            await fs.link('/work/a', '/work/hard');
            equal((await fs.stat('/work/hard')).nlink, 2);
            equal((await fs.stat('/work/hard')).ino, (await fs.stat('/work/a')).ino);
            await rejects(fs.link('/work/a', '/work/hard'), 'EEXIST');
            await rejects(fs.link('/work/none', '/work/other'), 'ENOENT');
            await fs.rm('/work/a');
            equal(await fs.readFile('/work/hard', 'utf8'), 'a');

            await fs.symlink('hard', '/work/soft');
            equal(await fs.readlink('/work/soft'), 'hard');
            equal(await fs.readFile('/work/soft', 'utf8'), 'a');
            equal([(await fs.stat('/work/soft')).type, (await fs.lstat('/work/soft')).type], ['file', 'symlink']);
            await rejects(fs.symlink('x', '/work/soft'), 'EEXIST');
            await rejects(fs.readlink('/work/hard'), 'EINVAL');
            await rejects(fs.readlink('/work/none'), 'ENOENT');
            await fs.symlink('/work/nowhere/at/all', '/work/dangling');
            equal((await fs.lstat('/work/dangling')).type, 'symlink');
            await rejects(fs.stat('/work/dangling'), 'ENOENT');
            await fs.symlink('round', '/work/round');
            await rejects(fs.readFile('/work/round'), 'ELOOP');
            await rejects(fs.stat('/work/round/x'), 'ELOOP');
            await fs.symlink('..', '/work/up');
            equal((await fs.stat('/work/up/work/hard')).size, 1);
            equal((await fs.stat('/work/../../..//work/hard')).size, 1);
            """);
    }

    @Test
    void statTells(SdkPage sdk) {
        sdk.run("""
            const { fs } = await booted();
            const before = Date.now();
            await fs.writeFile('/work/a', 'four');
            const stat = await fs.stat('/work/a');
            equal([stat.type, stat.size, stat.nlink], ['file', 4, 1]);
            equal(Object.keys(stat).sort(), ['atimeMs', 'ctimeMs', 'ino', 'mode', 'mtimeMs', 'nlink', 'size', 'type']);
            for (const time of ['atimeMs', 'mtimeMs', 'ctimeMs']) {
              ok(Math.abs(stat[time] - before) < 5000, `${time} is ${stat[time]}, and it is ${before}`);
            }
            await fs.utimes('/work/a', 1_000_000.5, new Date(2_000_000_000_000));
            const set = await fs.stat('/work/a');
            equal([set.atimeMs, set.mtimeMs], [1_000_000.5, 2_000_000_000_000]);
            await rejects(fs.utimes('/work/none', 0, 0), 'ENOENT');
            await rejects(fs.stat('/work/none'), 'ENOENT');
            await rejects(fs.lstat('/work/a/b'), 'ENOTDIR');
            """);
    }
}
