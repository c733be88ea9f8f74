package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
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

            // What pip brought for another Python; git ignores it.
            await os.mount(folder({
              '.gitignore': '.venv/\\n', 'requirements.txt': 'tea', 'main.py': 'import tea, cup; print(tea.leaves)',
              '.venv': { 'pyvenv.cfg': 'home = /usr/bin', lib: { 'python3.12': { 'site-packages': { tea: { '__init__.py': 'leaves = 5' },
                'here.pth': '/work/py/more', 'x.so': '' } } } },
              more: { 'cup.py': '' },
            }), { at: '/work/py', gitignore: true });
            equal(await run(['main.py']), { stdout: '5\\n', stderr: '', status: 0 });
            equal(await os.fs.readdir('/work/py/.venv'), ['lib']);
            const missing = await run(['-c', 'import sugar.lump']);
            matches(missing.stderr, /ModuleNotFoundError: No module named 'sugar'\\nsamovar: no folder or file sugar is there[^]*pip install --target/);
            equal(missing.status, 1);
            matches((await run(['-c', 'import tea.native'])).stderr, /samovar: tea is there, but not native\\./);
            equal((await run(['-c', 'try:\\n import sugar\\nexcept ImportError as e:\\n print(e)'])).stdout, "No module named 'sugar'\\n");
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
            matches((await run(['-c', 'import turtle'])).stderr, /No module named 'turtle': windows are not there yet/);
            matches((await run(['-m', 'pip', 'install', 'x'])).stderr, /installing packages \\(they can lie in the program's folder\\) is not there yet/);
            equal(await run(['-c', 'import os; os.system("clear")']), { stdout: '\\x1b[H\\x1b[2J', stderr: '', status: 0 });
            matches((await run(['-c', 'import os; os.system("ls")'])).stderr, /OSError: .*there is no shell yet: use subprocess/);
            matches((await run(['-c', 'help("len")'])).stdout, /^Help on built-in function len/);
            """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.13", "3.12", "3.11"})
    void theStandardLibraryWorks(String version, SdkPage sdk) {
        run(sdk, version, """
            const program = `
            import asyncio, concurrent.futures, hashlib, json, os, platform, re, sqlite3, sys, tempfile, time, unittest, zipfile
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
                    if sys.version_info >= (3, 13):
                        with zipfile.ZipFile("t.zip", "w") as archive:
                            archive.write("main.py"), archive.write("/tmp")
                            self.assertEqual([oct(each.external_attr >> 16) for each in archive.infolist()], ["0o100644", "0o40755"])
                    os.remove("t.zip")

                def test_what_the_system_is_asked_for(self):
                    self.assertEqual((os.umask(0o77), os.umask(0o22)), (0o22, 0o77))
                    self.assertTrue(sys.version_info < (3, 13) or 0 <= os.times().user < 1000)
                    self.assertEqual(platform.libc_ver(), ("", ""))

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
                        for wrong in lambda: os.dup(99), lambda: os.dup2(99, 5):
                            with self.assertRaisesRegex(OSError, "Bad file descriptor"):
                                wrong()

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
            ok(status === 0 && /^Ran 12 tests[^]*OK\\s*$/m.test(stderr), stderr);
            equal(await os.fs.readdir('/work/py'), ['main.py']);
            """);
    }

    @Test
    void recursionThatIsTooDeepIsAnErrorWhateverItGoesThrough(SdkPage sdk) {
        run(sdk, "3.13", """
            const program = `
            import contextlib, copy, functools, json, pickle, re, sys, unittest

            def nested(depth, make, value=None):
                for _ in range(depth):
                    value = make(value)
                return value

            class Any:
                depth = 0
                def down(self, further):
                    Any.depth += 1
                    return further()
                def __getattr__(self, name): return self.down(lambda: self.other)
                def __repr__(self): return self.down(lambda: f"{[Any()]!r}")
                def __str__(self): return self.down(lambda: "%s" % Any())
                def __add__(self, other): return self.down(lambda: self + 1)
                def __call__(self): return self.down(lambda: self())
                def sort(self): return self.down(lambda: sorted([1], key=lambda _: self.sort()))
                def reduce(self): return self.down(lambda: functools.reduce(lambda a, b: self.reduce(), [1, 2]))
                def sum(self): return self.down(lambda: sum(self.sum() for _ in [1]))
                def eval(self): return self.down(lambda: eval("self.eval()", {"self": self}))
                @functools.lru_cache(None)
                def cached(self, n): return self.down(lambda: self.cached(n + 1))
                @contextlib.contextmanager
                def context(self):
                    with self.down(self.context): yield
                def parse(self):
                    try:
                        return self.down(lambda: sorted([1], key=lambda _: self.parse()))
                    except RecursionError:
                        return compile("[" * 9 + "1 + f(x, y=2)" + "]" * 9, "x", "eval")

            class Cell:
                pass

            def cell(value):
                new = Cell()
                new.next = value
                return new

            class Recursion(unittest.TestCase):
                def test_through_what_is_written_in_c(self):
                    sys.setrecursionlimit(1_000_000)
                    self.addCleanup(sys.setrecursionlimit, 1000)
                    for least, attempt in ((150, lambda a: a.name), (150, repr), (150, str), (150, lambda a: a + 1), (150, lambda a: a()),
                            (150, Any.sort), (150, Any.reduce), (100, Any.sum), (150, Any.eval), (150, lambda a: a.cached(1)),
                            (100, lambda a: a.context().__enter__())):
                        Any.depth = 0
                        with self.assertRaisesRegex(RecursionError, "maximum recursion depth exceeded"):
                            attempt(Any())
                        self.assertGreater(Any.depth, least)
                    self.assertTrue(Any().parse())

                def test_of_data_and_source(self):
                    many = 20_000
                    for attempt in (lambda: json.loads("[" * many), lambda: json.loads('{"a":' * many), lambda: json.dumps(nested(many, lambda v: [v])),
                            lambda: repr(nested(many, lambda v: [v])), lambda: nested(many, lambda v: [v]) == nested(many, lambda v: [v]),
                            lambda: pickle.dumps(nested(many, cell)), lambda: eval("+".join(["1"] * many)),
                            lambda: compile("lambda: " * many + "1", "x", "eval"), lambda: compile("if a: pass\\\\n" + "elif a: pass\\\\n" * many, "x", "exec"),
                            lambda: copy.deepcopy(nested(many, cell)), lambda: re.compile("(" * many + ")" * many)):
                        with self.assertRaises((RecursionError, MemoryError)):
                            attempt()
                    with self.assertRaises(MemoryError):
                        compile("(" * 190 + "1" + ")" * 190, "x", "eval")

                def test_what_is_deep_but_not_too_deep(self):
                    self.assertEqual(json.loads(json.dumps(nested(900, lambda v: [v]))), nested(900, lambda v: [v]))
                    self.assertEqual(eval("+".join(["1"] * 900)), 900)
                    compile("if a: pass\\\\n" + "elif a: pass\\\\n" * 500, "x", "exec")
                    compile("(" * 100 + "1" + ")" * 100, "x", "eval")
                    pickle.loads(pickle.dumps(nested(400, lambda v: [v])))
                    copy.deepcopy(nested(300, lambda v: [v])), re.compile("(" * 90 + ")" * 90)
                    fib = functools.cache(lambda n: n if n < 2 else fib(n - 1) + fib(n - 2))
                    self.assertEqual(fib(200), 280571172992510140037611932413038677189525)
                    down = lambda n: n and 1 + down(n - 1)
                    self.assertEqual(down(900), 900)
                    self.addCleanup(sys.setrecursionlimit, 1000)
                    sys.setrecursionlimit(20_000)
                    self.assertEqual(down(19_000), 19_000)
                    nested(100_000, cell), nested(100_000, lambda v: [v])

            unittest.main()
            `;
            await os.mount(folder({ 'main.py': program }), { at: '/work/py' });
            const { stderr, status } = await run(['main.py']);
            ok(status === 0 && /^Ran 3 tests[^]*OK\\s*$/m.test(stderr), stderr);
            const uncaught = await run(['-c', 'class A:\\n def __getattr__(self, name): return self.other\\nA().x']);
            equal(uncaught.status, 1);
            matches(uncaught.stderr, /^Traceback[^]*line 2, in __getattr__\\n[^]*RecursionError: maximum recursion depth exceeded\\n$/);
            """);
    }

    @Test
    void whereOthersHaveWorkerThreadsTheyWorkInTurn(SdkPage sdk) {
        run(sdk, "3.13", """
            await os.mount(folder({
              'main.py': `import asyncio, contextvars, anyio.to_thread
            from anyio.to_thread import run_sync
            name = contextvars.ContextVar("name")
            async def main():
                name.set("tea")
                print(await anyio.to_thread.run_sync(lambda a: (a, name.get()), 1, limiter=None), await run_sync(name.set, "cup"), name.get())
                print(await asyncio.to_thread(pow, 2, 5))
                await run_sync(int, "x")
            asyncio.run(main())`,
              anyio: { '__init__.py': '', 'lowlevel.py': 'async def checkpoint(): print("checkpoint")', 'to_thread.py': 'async def run_sync(*given): 1 / 0' },
            }), { at: '/work/py' });
            const { stdout, stderr } = await run(['main.py']);
            matches(stdout, /^checkpoint\\ncheckpoint\\n\\(1, 'tea'\\) <Token [^]*> tea\\n32\\ncheckpoint\\n$/);
            matches(stderr, /ValueError: invalid literal/);
            """);
    }
}
