package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Programs with threads (wasi-threads), in C and in Rust. */
@ExtendWith(InBrowser.class)
class ThreadsTest {

    @Test
    void mutexConditionThreadLocalsAndResults(SdkPage sdk) {
        sdk.run("""
            const os = await booted('threads');
            const lines = Array.from({ length: 8 }, (_, i) => `thread ${i}\\n`).join('');
            equal(await go(os, 'threads', ['sync']),
              { status: 0, stdout: `${lines}total 8000, sum 36, own 42\\n`, stderr: '' });
            """);
    }

    @Test
    void allWriteToOneStreamOneFileAndFilesOfTheirOwn(SdkPage sdk) {
        sdk.run("""
            const os = await booted('threads');
            const { status, stdout, stderr } = await go(os, 'threads', ['write']);
            equal([status, stderr], [0, '']);
            const linesOf = (id) => Array.from({ length: 500 }, (_, i) => `${id} line ${String(i).padStart(6, '0')}`);
            for (const text of [stdout, await os.fs.readFile('/work/shared', 'utf8')]) {
              const lines = text.split('\\n');
              equal(lines.pop(), '');
              equal(lines.length, 8 * 500);
              for (let id = 0; id < 8; id++) {
                equal(lines.filter((line) => line.startsWith(`${id} `)), linesOf(id), `lines of thread ${id}`);
              }
            }
            for (let id = 0; id < 8; id++) {
              equal(await os.fs.readFile(`/work/own-${id}`, 'utf8'), linesOf(id).join('\\n') + '\\n');
            }
            """);
    }

    @Test
    void readersOfOneDescriptorShareItsOffset(SdkPage sdk) {
        sdk.run("""
            const os = await booted('threads');
            equal(await go(os, 'threads', ['read']), { status: 0, stdout: '20000 records\\n', stderr: '' });
            """);
    }

    @Test
    void aFileIsClosedWhileOthersUseIt(SdkPage sdk) {
        sdk.run("""
            const os = await booted('threads');
            equal(await go(os, 'threads', ['churn']), { status: 0, stdout: '0 wrong\\n', stderr: '' });
            """);
    }

    @Test
    void aHundredThreadsInTurnUseFewWorkers(SdkPage sdk) {
        sdk.run("""
            const os = await booted('threads');
            equal(await go(os, 'threads', ['turns']), { status: 0, stdout: '328350\\n', stderr: '' });
            const { workersBooted } = await os.figures();
            ok(workersBooted <= 8, `${workersBooted} workers for two threads at a time`);
            """);
    }

    /** Beyond the runnable limit, since others wait for them; then EAGAIN, and the process goes on. */
    @Test
    void asManyThreadsAsThereAreWorkers(SdkPage sdk) {
        sdk.run("""
            const os = await booted('threads');
            const { status, stdout, stderr } = await go(os, 'threads', ['most']);
            equal([status, stderr], [0, '']);
            const [, count] = /^([0-9]+) threads, then (?:EAGAIN|Resource temporarily unavailable)\\n$/.exec(stdout);
            ok(count >= 64, `only ${count} threads`);
            equal((await go(os, 'threads', ['turns'])).status, 0);
            """);
    }

    @Test
    void memoryThatOneThreadHasGrownIsThereForAnother(SdkPage sdk) {
        sdk.run("""
            const os = await booted('threads');
            for (let i = 0; i < 3; i++) {
              equal(await go(os, 'threads', ['grow']), { status: 0, stdout: 'grown\\n', stderr: '' });
            }
            """);
    }

    @Test
    void oneThreadEndsThemAll(SdkPage sdk) {
        sdk.run("""
            const os = await booted('threads');
            for (const [what, expected, text] of [['exit', 7, ''], ['return', 5, ''], ['trap', 134, 'trapped'],
              ['overflow', 134, 'stack overflow']]) {
              const { status, stderr } = await ended(await os.spawn('threads.wasm', [what], { stdin: 'pipe' }));
              equal(status, expected, what);
              ok(text ? stderr.includes(text) : stderr === '', `${what}: ${stderr}`);
            }
            await settled(os);
            """);
    }

    /** Threads that loop, wait in guest code and sleep in the kernel. */
    @Test
    void aKilledProcessLosesAllItsThreads(SdkPage sdk) {
        sdk.run("""
            const os = await booted('threads', 'cat');
            const before = await pages(os);
            await unharmed(os, async () => {
              for (const [signal, expected] of [['SIGKILL', 137], ['SIGTERM', 143], ['SIGINT', 130]]) {
                const p = await os.spawn('threads.wasm', ['run'], { stdin: 'pipe' });
                const reader = p.stdout.getReader();
                equal(decode((await reader.read()).value), 'ready\\n');
                await until(async () => (await os.figures()).workers.busy >= 7, 'its five threads and two others run');
                await p.kill(signal);
                equal(await p.exit, expected);
                equal((await os.ps()).filter(({ pid }) => pid === p.pid), []);
              }
            });
            await settled(os);
            await until(async () => await workers() === (await os.figures()).workers.idle, 'their workers are gone');
            equal((await os.figures()).runnable, 0);
            """);
    }

    @Test
    void psAddsUpTheThreads(SdkPage sdk) {
        sdk.run("""
            const os = await booted('threads');
            const p = await os.spawn('threads.wasm', ['run'], { stdin: 'pipe' });
            await p.stdout.getReader().read();
            await until(async () => (await os.figures()).workers.busy === 5, 'all five run');
            const of = async () => (await os.ps()).find(({ pid }) => pid === p.pid);
            const first = await of();
            equal([first.state, first.command], ['running', 'threads.wasm run']);
            ok(first.memory >= 131072 && first.memory < 16 << 20, `${first.memory} bytes of memory, which is one for all`);
            // Four threads that look busy: one loops, three wait in guest code.
            const start = performance.now();
            const later = await until(async () => {
              const now = await of();
              return now.cpuMs > first.cpuMs + 200 && now;
            }, 'they use CPU time');
            const threads = (later.cpuMs - first.cpuMs) / (performance.now() - start);
            ok(threads > 2, `CPU time of ${threads} threads`);
            await p.kill('SIGKILL');
            """);
    }

    @Test
    void whatIsNotRightIsSaid(SdkPage sdk) {
        sdk.run("""
            const os = await booted('threads');
            const bytes = await guest('threads');
            const module = await WebAssembly.compile(bytes);
            const { status, stderr } = await ended(await os.spawn(module, ['sync']));
            equal(status, 126);
            matches(stderr, /imports its memory, whose size a compiled module does not tell/);
            equal((await ended(await os.spawn(bytes, ['turns']))).status, 0);
            """);
    }

    /** Twice as many programs as there can be memories, so that dead ones must have been given back. */
    @Test
    void memoriesOfThreadedProgramsAreGivenBack(SdkPage sdk) {
        sdk.run("""
            const os = await booted('threads');
            for (let i = 0; i < 260; i++) {
              equal((await go(os, 'threads', ['nothing'])).status, 2, `run ${i}`);
            }
            """);
    }

    @Test
    void rustsStandardThreads(SdkPage sdk) {
        sdk.run("""
            const os = await booted('rust-threads');
            equal(await go(os, 'rust-threads'), {
              status: 0, stdout: 'channel 79800\\ncondition 57\\nscoped 6\\nturns 4950, own 7\\n', stderr: '',
            });
            const { status, stderr } = await go(os, 'rust-threads', ['panic']);
            equal(status, 134);
            matches(stderr, /in a thread/);
            """);
    }
}
