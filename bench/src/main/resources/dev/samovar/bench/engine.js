// Requests over a bare port to the kernel worker, to a server in C inside: the time of one after the other, how many a second
// 16 at a time, and bytes a second of bodies, in chunks of 256 KiB with three asked for ahead, as a service worker does.
async ({ requests, mebibytes, runs }) => {
  const os = await lab.boot();
  const web = await os.spawn('web.wasm', ['8000']);
  await web.stdout.getReader().read();
  const port = os.previewPort(8000);
  const waiting = new Map();
  let last = 0;
  port.onmessage = ({ data }) => waiting.get(data[1])?.(data);

  function ask(url, { method = 'GET', length = 0, piece } = {}) {
    return new Promise((resolve, reject) => {
      const id = ++last;
      let bytes = 0;
      let sent = 0;
      const end = () => {
        waiting.delete(id);
        resolve(bytes);
      };
      waiting.set(id, ([kind, , value, sentence, hasBody, body]) => {
        if (kind === 'pull') {
          if (sent === length) {
            port.postMessage(['body-end', id]);
          } else {
            const chunk = new Uint8Array(piece);
            sent += piece;
            port.postMessage(['body', id, chunk], [chunk.buffer]);
          }
        } else if (kind === 'response') {
          bytes += body?.length ?? 0;
          if (!hasBody || body) end();
          else for (let i = 0; i < 3; i++) port.postMessage(['next', id]);
        } else if (kind === 'chunk') {
          bytes += value.length;
          port.postMessage(['next', id]);
        } else if (kind === 'end') {
          end();
        } else {
          reject(new Error(sentence));
        }
      });
      port.postMessage(['request', id, method, url, '', length > 0 ? length : -1, 'navigate', '', true]);
    });
  }

  /** A port to a worker that answers at once: what two messages cost. */
  const echo = new Worker('/bench/echo.js');
  const bounce = () => new Promise((resolve) => {
    echo.onmessage = resolve;
    echo.postMessage(['request', 1, 'GET', '/', '', -1, 'navigate', '', true]);
  });
  await bounce();

  const since = (start) => performance.now() - start;
  const each = async (measure) => {
    const cold = await measure();
    const warm = [];
    for (let i = 0; i < runs; i++) {
      warm.push(await measure());
    }
    return { cold, warm };
  };
  const inTurn = (one) => async () => {
    const start = performance.now();
    for (let i = 0; i < requests; i++) {
      await one();
    }
    return since(start) * 1000 / requests;
  };
  const size = mebibytes << 20;
  const checked = async (promise, expected) => {
    const bytes = await promise;
    if (expected !== undefined && bytes !== expected) {
      throw new Error(`${bytes} bytes instead of ${expected}`);
    }
  };
  const mibs = async (work) => {
    const start = performance.now();
    await work();
    return size / 1e6 / (since(start) / 1000);
  };
  const results = {
    trip: await each(inTurn(() => checked(ask('/'), 6))),
    bare: await each(inTurn(bounce)),
    rate: await each(async () => {
      const start = performance.now();
      await Promise.all(Array.from({ length: 16 }, async () => {
        for (let i = 0; i < requests / 16; i++) {
          await checked(ask('/'), 6);
        }
      }));
      return requests / (since(start) / 1000);
    }),
    down: await each(() => mibs(() => checked(ask(`/big?${size}`), size))),
    up: await each(() => mibs(() => checked(ask('/drain', { method: 'POST', headers: [['Content-Length', String(size)]],
      length: size, piece: 1 << 18 })))),
  };
  echo.terminate();
  await os.teardown();
  return results;
}
