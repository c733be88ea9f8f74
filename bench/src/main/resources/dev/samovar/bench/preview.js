// Previews shown: ms from spawn to the first one and to those after it, and the first one's address.
async ({ count }) => {
  const os = await lab.boot();
  const shown = async (port) => {
    const ready = new Promise((resolve) => { const off = os.on('server-ready', (_, url) => { off(); resolve(url); }); });
    const started = performance.now();
    await os.spawn('web.wasm', [String(port)]);
    const url = await ready;
    const frame = document.createElement('iframe');
    frame.src = url;
    document.body.append(frame);
    await new Promise((loaded) => { frame.onload = loaded; });
    return { ms: performance.now() - started, url };
  };
  const { ms: cold, url } = await shown(8000);
  const warm = [];
  for (let i = 1; i <= count; i++) warm.push((await shown(8000 + i)).ms);
  return { cold, warm, url };
}
