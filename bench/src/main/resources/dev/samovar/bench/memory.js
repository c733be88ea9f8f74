// The kernel's figures before and after `runs` runs of hello.wasm.
async ({ warmUps, runs }) => {
  const os = await lab.boot();
  const run = async () => {
    const process = await os.spawn('hello.wasm', ['0']);
    await new Response(process.output).text();
    if (await process.exit !== 0) throw new Error('hello failed');
  };
  const look = async () => {
    const { totalPages, freePages, records, workers } = await lab.settled(os);
    return {
      'pages in use': totalPages - freePages, 'pages free': freePages, 'records in use': records, workers: workers.idle,
    };
  };
  // The first run makes result.txt; the next ones bring the pool of workers to its size, 16 pages of scratch for each.
  for (let i = 0; i < warmUps; i++) await run();
  const before = await look();
  for (let i = 0; i < runs; i++) await run();
  return { before, after: await look() };
}
