package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Signals that the page sends: those that end a process are {@link KillTest}'s. */
@ExtendWith(InBrowser.class)
class SignalTest {

    @Test
    void stoppedAndContinued(SdkPage sdk) {
        sdk.run("""
            const os = await booted('ticks', 'loop');
            for (const signal of ['SIGSTOP', 'SIGTSTP']) {
              const ticks = await os.spawn('ticks.wasm');
              const reader = ticks.stdout.getReader();
              await reader.read();
              await ticks.kill(signal);
              await until(async () => await state(os, ticks) === 'stopped', 'it is stopped');
              const calls = async () => (await os.ps()).find(({ pid }) => pid === ticks.pid).syscalls;
              const before = await calls();
              await new Promise((resolve) => setTimeout(resolve, 100));
              equal(await calls(), before, 'system calls of a stopped process');
              await until(async () => (await os.figures()).runnable === 0, 'its place is free');
              await ticks.kill('SIGCONT');
              await until(async () => await calls() > before + 10, 'it goes on');
              await ticks.kill('SIGSTOP');
              await until(async () => await state(os, ticks) === 'stopped', 'it is stopped again');
              await ticks.kill(signal === 'SIGSTOP' ? 'SIGKILL' : 'SIGTERM');
              equal(await ticks.exit, signal === 'SIGSTOP' ? 137 : 143);
            }
            // Only system calls are boundaries: a loop without one runs on, and is killed all the same.
            const loop = await os.spawn('loop.wasm');
            await until(async () => await state(os, loop) === 'running', 'it runs');
            await loop.kill('SIGSTOP');
            await loop.kill('SIGKILL');
            equal(await loop.exit, 137);
            """);
    }

    @Test
    void eachSignalHasItsStatus(SdkPage sdk) {
        sdk.run("""
            const os = await booted('cat');
            const numbers = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGUSR1: 10, SIGUSR2: 12, SIGPIPE: 13,
              SIGALRM: 14, SIGTERM: 15 };
            for (const [name, number] of Object.entries(numbers)) {
              const cat = await os.spawn('cat.wasm', [], { stdin: 'pipe' });
              await cat.kill(name);
              equal(await cat.exit, 128 + number, name);
              await rejects(cat.kill(name), 'ESRCH');
            }
            const cat = await os.spawn('cat.wasm', [], { stdin: 'pipe' });
            await rejects(cat.kill('SIGWHAT'), 'EINVAL');
            await cat.kill('SIGCONT');
            await cat.input.close();
            equal(await cat.exit, 0);
            """);
    }
}
