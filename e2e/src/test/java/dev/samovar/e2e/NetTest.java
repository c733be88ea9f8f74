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
}
