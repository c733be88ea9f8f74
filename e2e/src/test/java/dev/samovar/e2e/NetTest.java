package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Programs that listen and connect inside one OS. */
@ExtendWith(InBrowser.class)
class NetTest {

    @Test
    void aServerServesAndThePageHearsOfItsPort(SdkPage sdk) {
        sdk.run("""
            const os = await booted('tcp');
            const ports = [];
            os.on('port', (port, change) => ports.push([port, change]));
            const server = await os.spawn('tcp.wasm', ['echo', '8000', '2']);
            await until(() => ports.length === 1, 'it listens');
            equal((await os.ps()).find(({ pid }) => pid === server.pid).ports, [8000]);
            for (const host of ['localhost', '127.0.0.1']) {
              equal(await go(os, 'tcp', ['ask', '8000', 'good day', host]), { status: 0, stdout: 'good day', stderr: '' });
            }
            equal(await server.exit, 0);
            await until(() => ports.length === 2, 'it listens no more');
            equal(ports, [[8000, 'open'], [8000, 'close']]);
            const late = await go(os, 'tcp', ['ask', '8000', 'good day']);
            equal([late.status, late.stderr], [1, 'connect: Connection refused\\n']);
            const outside = await go(os, 'tcp', ['ask', '80', 'good day', 'example.com']);
            equal([outside.status, outside.stderr], [1, 'connect: Capabilities insufficient\\n']);
            const { call, target, errno } = (await os.audit()).at(-1);
            equal({ call, target, errno }, { call: 'connect', target: 'example.com:80', errno: 'ENOTCAPABLE' });
            await settled(os);
            """);
    }

    @Test
    void manyConnectionsOneAfterTheOtherAndAtOnce(SdkPage sdk) {
        sdk.run("""
            const os = await booted('tcp');
            const listening = async (port) => until(async () => (await os.ps()).some(({ ports }) => ports.includes(port)), `${port} listens`);
            const server = await os.spawn('tcp.wasm', ['echo', '8000', '1000']);
            await listening(8000);
            equal((await go(os, 'tcp', ['ask-many', '8000', '1000', 'one of a thousand'])).stdout, '1000\\n');
            equal(await server.exit, 0);
            const crowd = await os.spawn('tcp.wasm', ['echo-many', '8001', '200']);
            await listening(8001);
            equal((await go(os, 'tcp', ['at-once', '8001', '200', 'one of two hundred'])).stdout, '200\\n');
            equal(await crowd.exit, 0);
            equal((await go(os, 'tcp', ['full', '8002'])).stdout, '128 EAGAIN\\nroom again\\n');
            await settled(os);
            """);
    }

    @Test
    void whatEndsAConnection(SdkPage sdk) {
        sdk.run("""
            const os = await booted('tcp');
            const listening = async (port) => until(async () => (await os.ps()).some(({ ports }) => ports.includes(port)), `${port} listens`);
            // A server that is killed in the middle of its answer: what it said arrives, and then the end.
            const hold = await os.spawn('tcp.wasm', ['hold', '8000']);
            await listening(8000);
            const client = await os.spawn('tcp.wasm', ['ask', '8000', 'tell me']);
            const reader = client.stdout.getReader();
            await until(async () => await state(os, hold) === 'sleeping' && await state(os, client) === 'sleeping', 'both wait');
            await hold.kill('SIGKILL');
            equal([decode((await reader.read()).value), await client.exit], ['half an ', 0]);
            // One that goes with bytes unread.
            const reset = await os.spawn('tcp.wasm', ['reset', '8001']);
            await listening(8001);
            matches((await go(os, 'tcp', ['ask', '8001', 'never read'])).stderr, /^(receive: Connection reset by peer|send: Broken pipe|shutdown: )/);
            equal(await reset.exit, 0);
            // A client that goes, while the server waits for it.
            const sink = await os.spawn('tcp.wasm', ['sink', '8002']);
            await listening(8002);
            const source = await os.spawn('tcp.wasm', ['source', '8002', '100000']);
            await until(async () => (await os.ps()).find(({ pid }) => pid === source.pid).syscalls > 100, 'it sends');
            await source.kill('SIGKILL');
            matches((await ended(sink)).stdout, /^[1-9]/);
            await settled(os);
            """);
    }

    @Test
    void whatIsNotGrantedIsRefused(SdkPage sdk) {
        sdk.run("""
            const os = await booted('tcp');
            const refused = async (args, capabilities) => {
              const { status, stderr } = await go(os, 'tcp', args, { capabilities });
              const { call, target } = (await os.audit()).at(-1) ?? {};
              return [status, stderr, call, target];
            };
            equal(await refused(['echo', '8000', '1'], { connect: true }), [1, 'listen: Capabilities insufficient\\n', 'listen', '8000']);
            equal(await refused(['echo', '8000', '1'], { listen: [8001] }), [1, 'listen: Capabilities insufficient\\n', 'listen', '8000']);
            equal(await refused(['ask', '8001', 'x'], { listen: true, connect: ['localhost:8000'] }),
              [1, 'connect: Capabilities insufficient\\n', 'connect', 'localhost:8001']);
            const server = await os.spawn('tcp.wasm', ['echo', '8000', '1'], { capabilities: { listen: [8000] } });
            await until(async () => (await os.ps()).some(({ ports }) => ports.includes(8000)), 'it listens');
            const { stdout } = await go(os, 'tcp', ['ask', '8000', 'granted'], { capabilities: { connect: ['127.0.0.1:8000'] } });
            equal([stdout, await server.exit], ['granted', 0]);
            await settled(os);
            """);
    }

    @Test
    void serversOfSeveralLanguagesCallEachOther(SdkPage sdk) {
        sdk.run("""
            const os = await booted('tcp');
            const listening = async (port) => until(async () => (await os.ps()).some(({ ports }) => ports.includes(port)), `${port} listens`);
            for (const name of ['go-server', 'rust-server']) {
              await os.mount(Object.fromEntries(await Promise.all(['server.wasm', 'samovar.json'].map(async (file) =>
                [file, { file: { contents: await globalThis.file(`examples/${name}/${file}`) } }]))), { at: `/work/${name}` });
            }
            equal((await os.detect('/work/go-server')).ports, [8002]);
            const go = await os.run('/work/go-server');
            const rust = await os.run('/work/rust-server');
            await listening(8002);
            await listening(8003);
            // Of the one that is there already, nobody takes the port.
            const second = await ended(await os.run('/work/rust-server'));
            equal(second.status, 126);
            matches(second.stderr, /cannot listen on port 8003: process \\d+ \\(server.wasm\\) has it/);

            const http = async (port, path, body = '') => {
              const text = `${body ? 'POST' : 'GET'} ${path} HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\nContent-Length: ${body.length}\\r\\n\\r\\n${body}`;
              const { stdout, stderr } = await globalThis.go(os, 'tcp', ['ask', String(port), text]);
              equal(stderr, '');
              return stdout.slice(stdout.indexOf('\\r\\n\\r\\n') + 4);
            };
            matches(await http(8002, '/tea'), /Good day from Go.*You asked for \\/tea/s);
            matches(await http(8003, '/tea'), /Good day from Rust.*You asked for \\/tea/s);
            matches(await http(8002, '/ask/8003/milk'), /port 8003 says: .*Good day from Rust.*\\/milk/s);
            matches(await http(8003, '/ask/8002/milk'), /port 8002 says: .*Good day from Go.*\\/milk/s);
            equal(await http(8002, '/echo', 'there and back'), 'there and back');
            equal(await http(8003, '/echo', 'there and back'), 'there and back');
            matches(await http(8003, '/ask/8004/'), /refused/i);
            // Idle servers use no time.
            const times = async () => (await os.ps()).filter(({ ports }) => ports.length > 0).map(({ syscalls }) => syscalls);
            const before = await times();
            for (let i = 0; i < 5; i++) {
              await globalThis.go(os, 'tcp', ['full', String(9000 + i)]);
            }
            equal(await times(), before, 'system calls of idle servers');
            for (const process of [go, rust]) {
              await process.kill();
              equal(await process.exit, 143);
            }
            await settled(os);
            """);
    }

    @Test
    void aSocketThatIsInheritedIsWhatItsPortOpens(SdkPage sdk) {
        sdk.run("""
            const os = await booted('tcp', 'env');
            const env = await go(os, 'env', [], { ports: [8000, 80], capabilities: { read: ['/work'] } });
            matches(env.stdout, /LISTEN_FDS=2\\nLISTEN_FDNAMES=8000:80/);
            // Without a grant to listen, since it has the socket.
            const server = await os.spawn('tcp.wasm', ['echo', '8000', '1'], { ports: [8000], capabilities: { read: ['/work'] } });
            equal((await go(os, 'tcp', ['ask', '8000', 'inherited'])).stdout, 'inherited');
            equal(await server.exit, 0);
            for (const ports of ['8000', [0], [65536], [80, 80], ['80']]) {
              await rejects(os.spawn('tcp.wasm', ['echo', '80', '1'], { ports }), 'EINVAL');
            }
            await settled(os);
            """);
    }
}
