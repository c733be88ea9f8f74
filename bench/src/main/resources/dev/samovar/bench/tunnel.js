// A server in an OS, and a tunnel to it: answers its address, and what opening the tunnel took, ms.
async ({ server }) => {
  globalThis.tunnelled ??= await (async () => {
    const os = await lab.boot();
    const serving = await os.spawn('serve.wasm', ['8000']);
    await serving.stdout.getReader().read();
    return os;
  })();
  await globalThis.tunnel?.close();
  const begin = performance.now();
  globalThis.tunnel = await tunnelled.tunnel.open({ port: 8000, server });
  return { url: tunnel.url, ms: performance.now() - begin };
}
