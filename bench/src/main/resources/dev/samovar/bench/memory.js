// The kernel's figures before and after `runs` runs of hello.wasm.
async ({ runs }) => {
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
  // The first run makes result.txt and fills what is kept for later runs.
  await run();
  const before = await look();
  for (let i = 0; i < runs; i++) await run();
  return { before, after: await look() };
}
