// A preview: ms until the first one can be used, requests a second and p50, MB (10^6 bytes) a second of bodies.
async ({ requests, mebibytes, runs }) => {
  const os = await lab.boot();
  const served = () => new Promise((resolve) => { const off = os.on('server-ready', (port, url) => { off(); resolve(url); }); });
  const shown = async (url) => {
    const frame = document.createElement('iframe');
    frame.src = url;
    document.body.append(frame);
    await new Promise((loaded) => { frame.onload = loaded; });
    return frame;
  };
  const first = async (port) => {
    const ready = served();
    const started = performance.now();
    await os.spawn('web.wasm', [String(port)]);
    const url = await ready;
    await shown(url);
    return [performance.now() - started, url];
  };
  const [cold, url] = await first(8000);
  const warm = [];
  for (let i = 1; i <= 5; i++) warm.push((await first(8000 + i))[0]);
  // The page that measures is the preview's own, and answers by a message.
  const script = `(${async ({ requests, mebibytes, runs }) => {
    const small = async () => {
      const times = [];
      const began = performance.now();
      for (let i = 0; i < requests; i++) {
        const before = performance.now();
        await (await fetch('/')).text();
        times.push(performance.now() - before);
      }
      const rate = requests * 1000 / (performance.now() - began);
      return [rate, times.sort((a, b) => a - b)[requests >> 1]];
    };
    const bytes = mebibytes << 20;
    const down = async () => {
      const began = performance.now();
      const reader = (await fetch(`/big?${bytes}`)).body.getReader();
      let count = 0;
      for (let piece; !(piece = await reader.read()).done;) count += piece.value.length;
      if (count !== bytes) throw new Error(`${count} bytes came`);
      return bytes / 1000 / (performance.now() - began);
    };
    const blob = new Blob([new Uint8Array(bytes)]);
    const up = async () => {
      const began = performance.now();
      const said = await (await fetch('/sum', { method: 'POST', body: blob })).text();
      if (!said.startsWith(`${bytes} `)) throw new Error(said);
      return bytes / 1000 / (performance.now() - began);
    };
    const result = { rate: [], p50: [], down: [], up: [] };
    await small();
    for (let i = 0; i < runs; i++) {
      const [rate, p50] = await small();
      result.rate.push(rate);
      result.p50.push(p50);
      result.down.push(await down());
      result.up.push(await up());
    }
    return result;
  }})`;
  const page = `<!doctype html><script>${script}(${JSON.stringify({ requests, mebibytes, runs })})
    .then((result) => parent.postMessage({ result }, '*'), (error) => parent.postMessage({ error: String(error) }, '*'))</${'script'}>`;
  const answer = new Promise((resolve, reject) => {
    addEventListener('message', ({ data }) => {
      if (data.error) reject(new Error(data.error));
      else if (data.result) resolve(data.result);
    });
  });
  await shown(`${url}/raw?${encodeURIComponent(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n${page}`)}`);
  return { cold, warm, ...await answer };
}
