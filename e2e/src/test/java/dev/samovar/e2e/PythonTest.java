package dev.samovar.e2e;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a program gets from each of the two versions of Python. */
@ExtendWith(InBrowser.class)
class PythonTest {

    private static final String KIT = """
        const os = await booted();
        const folder = (files) => Object.fromEntries(Object.entries(files).map(([name, contents]) =>
          [name, typeof contents === 'string' ? { file: { contents } } : { directory: folder(contents) }]));
        const run = async (args, options = {}) => {
          const p = await os.spawn('python@VERSION', args, { cwd: '/work/py', ...options });
          const [stdout, stderr, status] = await Promise.all([text(p.stdout), text(p.stderr), p.exit]);
          return { stdout, stderr, status };
        };
        """;

    private static void run(SdkPage sdk, String version, String snippet) {
        sdk.run(KIT.replace("VERSION", version) + snippet);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.13", "3.12", "3.11"})
    void aProgramSeesItsFolder(String version, SdkPage sdk) {
        run(sdk, version, """
            await os.mount(folder({
              'main.py': `import os, sys
            from pkg import helper
            print(__file__, sys.path[0], os.getcwd(), sys.argv[1:], helper.__file__)
            os.chdir('/tmp')
            import late`,
              'late.py': 'print("found after chdir")',
              pkg: { '__init__.py': '', '__main__.py': 'import sys; print(__name__, __package__, sys.argv[1:])', 'helper.py': '' },
              sub: { 'deep.py': 'import sys, near; print(__file__, sys.path[0])', 'near.py': '' },
            }), { at: '/work/py' });
            equal(await run(['-u', '-Wignore', '-X', 'utf8', 'main.py', 'a', 'main.py']), { stdout:
              "/work/py/main.py /work/py /work/py ['a', 'main.py'] /work/py/pkg/helper.py\\nfound after chdir\\n", stderr: '', status: 0 });
            equal((await run(['./sub/deep.py'])).stdout, '/work/py/sub/deep.py /work/py/sub\\n');
            equal((await run(['-m', 'pkg', 'main.py'])).stdout, "__main__ pkg ['main.py']\\n");
            equal((await run(['-c', 'import sys, late; print(sys.argv)', 'main.py'])).stdout, "found after chdir\\n['-c', 'main.py']\\n");
            equal((await run(['-', 'x'], { stdin: 'import sys; print(sys.argv)' })).stdout, "['-', 'x']\\n");
            equal(await os.fs.readdir('/work/py'), ['late.py', 'main.py', 'pkg', 'sub'], 'nothing is left in the folder');
            equal(await os.fs.readdir('/work/py/pkg'), ['__init__.py', '__main__.py', 'helper.py'], 'nor in packages');
            """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.13", "3.12", "3.11"})
    void howAProgramEnds(String version, SdkPage sdk) {
        run(sdk, version, """
            await os.mount(folder({
              'main.py': 'import lib\\n\\nlib.brew()\\n', 'lib.py': 'def brew():\\n    raise ValueError("no tea")\\n', 'bad.py': 'x = 1\\ndef\\n',
            }), { at: '/work/py' });
            const failed = await run(['main.py']);
            equal([failed.status, failed.stderr.replaceAll(/^ *[~^]+\\n/gm, '')], [1, `Traceback (most recent call last):
              File "/work/py/main.py", line 3, in <module>
                lib.brew()
              File "/work/py/lib.py", line 2, in brew
                raise ValueError("no tea")
            ValueError: no tea
            `]);
            const bad = await run(['bad.py']);
            matches(bad.stderr, /File "\\/work\\/py\\/bad.py", line 2\\n[^]*SyntaxError/);
            equal(bad.status, 1);
            equal((await run(['-c', 'raise SystemExit(7)'])).status, 7);
            equal(await run(['-c', 'import sys; sys.exit("gone")']), { stdout: '', stderr: 'gone\\n', status: 1 });
            const missing = await run(['nope.py']);
            equal(missing.status, 2);
            matches(missing.stderr, /can't open file '\\/work\\/py\\/nope.py'/);
            equal((await run(['-c', 'print(input("name? "), input())'], { stdin: 'tea\\ncup' })).stdout, 'name? tea cup\\n');
            matches((await run(['-c', 'input()'])).stderr, /EOFError/);
            matches((await run(['-c', 'def f(): f()\\nf()'])).stderr, /RecursionError/);
            matches((await run(['-c', 'import ssl; ssl.create_default_context().wrap_socket(None)'])).stderr, /ImportError: TLS is not there yet/);
            matches((await run(['-c', 'import multiprocessing; multiprocessing.Pool(2)'])).stderr, /multiprocessing.Pool: processes by fork are not there yet/);
            matches((await run(['-c', 'import threading; threading.Thread().start()'])).stderr, /can't start new thread: threads are not there yet/);
            matches((await run(['-c', 'import lzma'])).stderr, /LZMA is not there yet/);
            """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.13", "3.12", "3.11"})
    void theStandardLibraryWorks(String version, SdkPage sdk) {
        run(sdk, version, """
            const program = `
            import asyncio, concurrent.futures, hashlib, json, os, re, sqlite3, sys, tempfile, time, unittest, zipfile
            from pathlib import Path

            class Library(unittest.TestCase):
                def test_sqlite(self):
                    with sqlite3.connect("tea.db") as db:
                        db.execute("create table cup (n)")
                        db.executemany("insert into cup values (?)", [(i,) for i in range(1000)])
                    db.close()
                    self.assertEqual(sqlite3.connect("tea.db").execute("select sum(n) from cup").fetchone(), (499500,))
                    os.remove("tea.db")

                def test_temporary_files(self):
                    with tempfile.TemporaryDirectory() as folder:
                        with tempfile.NamedTemporaryFile("w+", dir=folder) as file, tempfile.TemporaryFile() as other:
                            file.write("x")
                            other.write(b"y")
                            self.assertTrue(Path(file.name).exists())
                    self.assertFalse(os.path.exists(folder))

                def test_paths(self):
                    (Path("a") / "b").mkdir(parents=True)
                    Path("a/b/tea.txt").write_text("grün", encoding="utf-8")
                    self.assertEqual([str(p) for p in Path(".").rglob("*.txt")], ["a/b/tea.txt"])
                    self.assertEqual(Path("a/../main.py").resolve(), Path(__file__))
                    Path("a/b/tea.txt").rename("a/tea.txt")
                    self.assertEqual(Path("a/tea.txt").stat().st_size, 5)
                    os.remove("a/tea.txt"), os.removedirs("a/b")

                def test_json_and_re(self):
                    self.assertEqual(json.loads(json.dumps({"a": [1, None, "ü"]})), {"a": [1, None, "ü"]})
                    self.assertEqual(re.findall(r"(\\\\w+)=(\\\\d+)", "a=1, b=22"), [("a", "1"), ("b", "22")])

                def test_zip(self):
                    with zipfile.ZipFile("t.zip", "w", zipfile.ZIP_DEFLATED) as archive:
                        archive.writestr("a/b.txt", "x" * 10000)
                    with zipfile.ZipFile("t.zip") as archive:
                        self.assertEqual((archive.testzip(), len(archive.read("a/b.txt"))), (None, 10000))
                    os.remove("t.zip")

                def test_asyncio(self):
                    async def cup(n):
                        for _ in range(n):
                            await asyncio.sleep(0)
                        return n
                    async def all_of_them():
                        return await asyncio.gather(*map(cup, [3, 1, 2]))
                    self.assertEqual(asyncio.run(all_of_them()), [3, 1, 2])

                def test_chdir_follows_what_is_there(self):
                    os.makedirs("a/b"), os.chdir("a"), os.chdir("..")
                    self.assertEqual(os.getcwd(), os.path.dirname(__file__))
                    os.removedirs("a/b")
                    self.assertIn("main.py", os.listdir("."))
                    with self.assertRaisesRegex(FileNotFoundError, "'nope'"):
                        os.chdir("nope")

                def test_duplicated_descriptors(self):
                    with tempfile.TemporaryFile() as file:
                        if sys.version_info < (3, 13):
                            return self.assertRaises(OSError, os.dup, file.fileno())
                        other = os.dup(file.fileno())
                        os.write(other, b"green")
                        os.close(other)
                        self.assertEqual((file.tell(), file.seek(0), file.read()), (5, 0, b"green"))

                def test_an_executor_works_in_turn(self):
                    with concurrent.futures.ThreadPoolExecutor(max_workers=4) as executor:
                        self.assertEqual(list(executor.map(pow, [2, 3], [2, 2])), [4, 9])
                        self.assertIsInstance(executor.submit(int, "x").exception(), ValueError)

                def test_pbkdf2(self):
                    # RFC 7914, section 11, and RFC 6070; a key longer than a block.
                    for wanted, *given in (("55ac046e56e3089fec1691c22544b605", "sha256", b"passwd", b"salt", 1, 16),
                            ("ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957", "sha1", b"password", b"salt", 2),
                            ("f598272d35e2ca276ac07694cf01636c4d643ad3075956477cfdd83eda46d9f6", "sha256", b"p" * 100, b"salt", 3)):
                        self.assertEqual(hashlib.pbkdf2_hmac(*given).hex(), wanted)

                def test_waiting(self):
                    async def late():
                        with self.assertRaises(asyncio.TimeoutError):
                            await asyncio.wait_for(asyncio.sleep(60), 0.02)
                    if sys.version_info >= (3, 12):
                        start = time.monotonic()
                        time.sleep(0.01)
                        asyncio.run(late())
                        self.assertGreaterEqual(time.monotonic() - start, 0.03)
                    else:
                        for wait in lambda: time.sleep(1), lambda: asyncio.run(asyncio.sleep(1)):
                            with self.assertRaisesRegex(OSError, "cannot wait; python@3.12 can"):
                                wait()

            unittest.main()
            `;
            await os.mount(folder({ 'main.py': program }), { at: '/work/py' });
            const { stderr, status } = await run(['main.py']);
            ok(status === 0 && /^Ran 11 tests[^]*OK\\s*$/m.test(stderr), stderr);
            equal(await os.fs.readdir('/work/py'), ['main.py']);
            """);
    }
}
