// ms from spawn to exit of hello.wasm, `runs` times.
async ({ restMs, warmUps, runs }) => {
  const os = await lab.boot();
  if (restMs > 0) await lab.sleep(restMs);
  const times = [];
  for (let i = 0; i < warmUps + runs; i++) {
    const start = performance.now();
    const process = await os.spawn('hello.wasm', ['0']);
    const status = await process.exit;
    const time = performance.now() - start;
    const output = await new Response(process.output).text();
    if (status !== 0 || !output.includes('result.txt: greeting.txt: ')) throw new Error(`hello: ${status}, ${output}`);
    if (i >= warmUps) times.push(time);
  }
  return times;
}
