package dev.samovar.e2e;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example projects, by the SDK: arguments, environment, output, files, status, for each language. */
@ExtendWith(InBrowser.class)
class HelloTest {

    @ParameterizedTest
    @ValueSource(strings = {"c", "rust", "go"})
    void runsAsAProject(String language, SdkPage sdk) {
        sdk.run("""
            const os = await booted();
            const name = `${argument}-hello`;
            const wasm = await file(`examples/${name}/hello.wasm`);
            const greeting = await file(`examples/${name}/greeting.txt`);
            await os.mount({ 'hello.wasm': { file: { contents: wasm } }, 'greeting.txt': { file: { contents: greeting } } },
              { at: `/work/${name}` });
            const words = decode(greeting).trim().split(/\\s+/).length;
            const result = `greeting.txt: ${greeting.length} bytes, ${words} words\\n`;
            const expected = (args, user) => args.map((arg, i) => `argv[${i}]=${arg}\\n`).join('') + `USER=${user}\\n`
              + decode(greeting) + `result.txt: ${result}`;

            equal((await os.detect(`/work/${name}`)).command, 'hello.wasm');
            for (const [args, status] of [[['7'], 7], [['0', 'two words', 'é🫖', ''], 0]]) {
              await os.fs.rm(`/work/${name}/result.txt`, { force: true });
              equal(await ended(await os.run(`/work/${name}`, { args })), {
                status, stdout: expected(['hello.wasm', ...args], 'samovar'), stderr: `${name}: a line on stderr\\n`,
              });
              equal(await os.fs.readFile(`/work/${name}/result.txt`, 'utf8'), result);
            }
            equal(await os.fs.readdir('/tmp'), [], 'what the runs left in /tmp');
            """, language);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c", "rust", "go"})
    void runsAsAProgram(String language, SdkPage sdk) {
        sdk.run("""
            const os = await booted();
            const name = `${argument}-hello`;
            await os.fs.mkdir('/home/here');
            await os.fs.writeFile('/work/program', await file(`examples/${name}/hello.wasm`));
            await os.fs.writeFile('/home/here/greeting.txt', 'good day\\n');
            const spawned = await os.spawn('/work/program', ['3'],
              { cwd: '/home/here', argv0: 'greeter', env: { USER: 'somebody', PWD: '/home/here' } });
            equal(await ended(spawned), {
              status: 3,
              stdout: 'argv[0]=greeter\\nargv[1]=3\\nUSER=somebody\\ngood day\\nresult.txt: greeting.txt: 9 bytes, 2 words\\n',
              stderr: `${name}: a line on stderr\\n`,
            });
            equal(await os.fs.readFile('/home/here/result.txt', 'utf8'), 'greeting.txt: 9 bytes, 2 words\\n');

            // Without its file it says so, and fails.
            await os.fs.rm('/home/here/greeting.txt');
            const failed = await ended(await os.spawn('/work/program', [], { cwd: '/home/here' }));
            equal(failed.status, 1);
            matches(failed.stderr, /greeting\\.txt/, 'stderr');
            """, language);
    }
}
