// The kernel's figures before and after `runs` runs of hello.wasm.
async ({ atOnce, runs }) => {
  const os = await lab.boot();
  const run = async (options) => {
    const process = await os.spawn('/work/hello.wasm', ['0'], options);
    await new Response(process.output).text();
    return process.exit;
  };
  const look = async () => {
    const { totalPages, freePages, records, workers } = await lab.settled(os);
    return {
      'pages in use': totalPages - freePages, 'pages free': freePages, 'records in use': records, workers: workers.idle,
    };
  };
  // Some at once bring the pool of workers to its size, 16 pages of scratch for each. They end at once: there is no
  // greeting.txt. The run after them makes result.txt.
  await Promise.all(Array.from({ length: atOnce }, () => run({ cwd: '/tmp' })));
  await run();
  const before = await look();
  for (let i = 0; i < runs; i++) {
    if (await run() !== 0) throw new Error('hello failed');
  }
  return { before, after: await look() };
}
