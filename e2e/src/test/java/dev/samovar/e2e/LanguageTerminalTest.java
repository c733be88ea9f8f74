package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Python and JavaScript in terminals. */
@ExtendWith(InBrowser.class)
class LanguageTerminalTest {

    private static final String START = """
        const os = await booted();
        const terminal = { cols: 100, rows: 30 };
        const start = async (program, code, args = []) => atTerminal(await os.spawn(program, [program === 'python' ? '-c' : '-e', code, ...args], { terminal }));
        """;

    @Test
    void twoPythonsAskAtOnce(SdkPage sdk) {
        sdk.run(START + """
            const ask = 'print("hello", input("name? "))';
            const [one, two] = await Promise.all([start('python', ask), start('python', ask)]);
            await Promise.all([one.sees('name? '), two.sees('name? ')]);
            await two.type('Grace\\r');
            equal(await two.left, 0);
            equal(two.screen, 'name? Grace\\r\\nhello Grace\\r\\n');
            await one.type('Adda\\x7f\\x7fa\\r');
            equal(await one.left, 0);
            equal(one.screen, 'name? Adda\\b \\b\\b \\ba\\r\\nhello Ada\\r\\n');
            """);
    }

    @Test
    void interruptsAndEnds(SdkPage sdk) {
        sdk.run(START + """
            const lines = await start('python', 'import sys\\nfor line in sys.stdin: print(repr(line))\\nprint("end")');
            await lines.type('one\\r');
            await lines.sees("'one\\\\n'");
            await lines.type('two\\r\\x04');
            equal(await lines.left, 0);
            ok(lines.screen.endsWith("'two\\\\n'\\r\\nend\\r\\n"), JSON.stringify(lines.screen));
            const end = await start('python', 'try: input("? ")\\nexcept EOFError: print("no more")');
            await end.sees('? ');
            await end.type('\\x04');
            equal([await end.left, end.screen], [0, '? no more\\r\\n']);
            const prompt = atTerminal(await os.spawn('python', [], { terminal: {}, env: { PWD: '/work', HOME: '/home', NO_COLOR: '1' } }));
            await prompt.sees('>>> ');
            await prompt.type('while True: pass\\r\\r');
            await until(async () => await state(os, prompt.process) === 'running', 'it computes');
            await prompt.type('\\x03');
            await prompt.sees('KeyboardInterrupt\\r\\n>>> ');
            await prompt.type('6 * \\x03');
            await prompt.sees('6 * ^C\\r\\nKeyboardInterrupt\\r\\n>>> ');
            await prompt.type('6 * 7\\r');
            await prompt.sees('42');
            await prompt.type('exit(3)\\r');
            equal(await prompt.left, 3);
            const node = atTerminal(await os.spawn('node', [], { terminal: {} }));
            for (const [line, answer] of [['const f = (n) => {', '... '], ['  return n * 7; };', 'undefined'], ['f(6)', '42'], ['await _', '42'],
              ['oops', 'Uncaught ReferenceError: oops is not defined'], ["path.join('a', 'b')", "'a/b'"]]) {
              await node.sees('> ');
              await node.type(`${line}\\r`);
              await node.sees(answer);
            }
            await node.type('\\x04');
            equal(await node.left, 0);
            """);
    }

    @Test
    void pythonIsInterrupted(SdkPage sdk) {
        sdk.run(START + """
            const interrupted = async (code, before) => {
              const p = await start('python', code);
              await p.sees(before);
              await p.type('\\x03');
              return [await p.left, p.screen];
            };
            for (const code of ['while True: pass', 'input("name? ")', 'import time\\nwhile True: time.sleep(1)']) {
              const [status, screen] = await interrupted(`print("busy")\\n${code}`, code.startsWith('input') ? 'name? ' : 'busy\\r\\n');
              equal(status, 130);
              matches(screen, /\\^CTraceback[^]*KeyboardInterrupt/);
            }
            const bye = 'import time\\ntry:\\n    print("busy")\\n    while True: time.sleep(1)\\nexcept KeyboardInterrupt: print("bye")';
            equal(await interrupted(bye, 'busy\\r\\n'), [0, 'busy\\r\\n^Cbye\\r\\n']);
            const children = `import subprocess\\np = subprocess.Popen(["python", "-c", ${JSON.stringify(bye)}])\\ntry: p.wait()\\nexcept KeyboardInterrupt: print("child", p.wait())`;
            equal(await interrupted(children, 'busy\\r\\n'), [0, 'busy\\r\\n^Cbye\\r\\nchild 0\\r\\n'], 'as its child');
            const deaf = await start('python', 'import itertools\\nprint("busy")\\nsum(itertools.repeat(1))');
            await deaf.sees('busy');
            await deaf.type('\\x03');
            await deaf.type('\\x03');
            equal(await deaf.left, 130, 'by the second');
            const older = atTerminal(await os.spawn('python@3.12', ['-c', 'input("name? ")'], { terminal }));
            await older.sees('name? ');
            await older.type('\\x03');
            equal([await older.left, older.screen], [130, 'name? ^C'], 'in 3.12');

            const handled = await start('python', `
            import asyncio, os, signal
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.raise_signal(signal.SIGINT)
            seen = []
            signal.signal(signal.SIGUSR1, lambda number, frame: seen.append(number))
            os.kill(os.getpid(), signal.SIGUSR1)
            signal.raise_signal(signal.SIGUSR1)
            print(seen, signal.getsignal(signal.SIGTERM) == signal.SIG_DFL, signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN)

            async def until_terminated():
                gone = asyncio.Event()
                asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, gone.set)
                print("waits")
                await gone.wait()
                print("terminated")
                signal.signal(signal.SIGINT, signal.default_int_handler)

            async def until_interrupted():
                try:
                    print("sleeps")
                    await asyncio.sleep(1000)
                finally:
                    print("cleans up")

            asyncio.run(until_terminated())
            asyncio.run(until_interrupted())
            `);
            await handled.sees('[10, 10] True True');
            await handled.sees('waits');
            await handled.type('\\x03');
            await handled.process.kill('SIGTERM');
            await handled.sees('sleeps');
            await handled.type('\\x03');
            equal(await handled.left, 130);
            matches(handled.screen, /waits\\r\\n\\^Cterminated\\r\\nsleeps\\r\\n\\^Ccleans up\\r\\n[^]*KeyboardInterrupt/);
            """);
    }

    @Test
    void pythonKnowsItsTerminal(SdkPage sdk) {
        sdk.run(START + """
            const size = await start('python', `
            import os, shutil, sys
            print(os.get_terminal_size(), sys.stdin.isatty())
            input()
            print(shutil.get_terminal_size())
            with open("/dev/ttyctl", "w") as control: control.write("cols 99")
            print(os.get_terminal_size())
            `.replaceAll('\\n            ', '\\n'));
            await size.sees('os.terminal_size(columns=100, lines=30) True');
            await size.process.resize({ cols: 60, rows: 20 });
            await size.type('\\r');
            await size.sees('os.terminal_size(columns=60, lines=20)');
            await size.sees('os.terminal_size(columns=99, lines=20)');
            equal(await size.left, 0);

            const keys = await start('python', `
            import os, sys, tty, termios
            before = termios.tcgetattr(0)
            tty.setraw(0)
            print("raw", end="\\\\r\\\\n")
            print([os.read(0, 1) for i in range(3)], end="\\\\r\\\\n")
            termios.tcsetattr(0, termios.TCSAFLUSH, before)
            print(termios.tcgetattr(0) == before)
            import getpass
            print(len(getpass.getpass("secret: ")))
            print(input("seen: "))
            `.replaceAll('\\n            ', '\\n'));
            await keys.sees('raw\\r\\n');
            await keys.type('a\\x03\\r');
            await keys.sees('secret: ');
            await keys.type('hush\\r');
            await keys.sees('seen: ');
            await keys.type('yes\\r');
            equal(await keys.left, 0);
            equal(keys.screen, "raw\\r\\n[b'a', b'\\\\x03', b'\\\\r']\\r\\nTrue\\r\\nsecret: \\r\\n4\\r\\nseen: yes\\r\\nyes\\r\\n");

            const plain = await os.spawn('python', ['-c', 'import os\\ntry: os.get_terminal_size()\\nexcept OSError as e: print(e.errno, e.strerror)']);
            matches(await text(plain.output), /^\\d+ Not a terminal/);
            """);
    }

    @Test
    void javaScriptKnowsItsTerminal(SdkPage sdk) {
        sdk.run(START + """
            const p = await start('qjs', `
              const { stdin, stdout } = process;
              const size = () => console.log(stdout.isTTY, stdin.isTTY, stdout.columns, stdout.rows);
              size();
              stdin.setRawMode(true);
              stdin.on('data', (keys) => {
                console.log([...keys]);
                if (keys[0] === 113) {
                  stdin.setRawMode(false);
                  size();
                  process.exit(3);
                }
              });
            `);
            await p.sees('true true 100 30\\r\\n');
            await until(async () => await state(os, p.process) === 'sleeping', 'it waits for a key');
            await p.process.resize({ cols: 60, rows: 20 });
            await p.type('\\x03');
            await p.sees('[ 3 ]\\r\\n');
            await p.type('q');
            await p.sees('true true 60 20\\r\\n');
            equal(await p.left, 3);
            """);
    }
}
