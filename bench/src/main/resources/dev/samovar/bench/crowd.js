// Thousand cycles a second of crowd.wasm, run by `size` processes that share `cycles` among them.
async ({ size, cycles, rounds, shared }) => {
  const os = lab.crowd ??= await lab.boot();
  const each = Math.ceil(cycles / size);
  const names = Array.from({ length: size }, (_, i) => `p${i}`);
  for (const name of names) await os.fs.mkdir(`/tmp/${name}`, { recursive: true });
  const round = async () => {
    const start = performance.now();
    const processes = await Promise.all(names.map((name) => os.spawn('/work/crowd.wasm', [String(each), name],
      { cwd: shared ? '/tmp' : `/tmp/${name}` })));
    const ends = await Promise.all(processes.map((process) => process.exit));
    const rate = each * size / (performance.now() - start);
    if (ends.some((status) => status !== 0)) {
      throw new Error(`crowd: ${await new Response(processes[ends.findIndex(Boolean)].output).text()}`);
    }
    return rate;
  };
  await round();
  const before = (await os.figures()).lockWaits;
  const rates = [];
  for (let i = 0; i < rounds; i++) rates.push(await round());
  const after = (await os.figures()).lockWaits;
  const waits = Object.keys(after).map((kind) => [kind, (after[kind] - before[kind]) / (rounds * each * size / 1000)]);
  return { rates, waits: Object.fromEntries(waits) };
}
