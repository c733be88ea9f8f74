// ns a call as calls.wasm measured them: in the first run of the page, and in `runs` warm ones.
async ({ name, count, warmUps, runs }) => {
  const os = await lab.boot();
  const measure = async () => {
    const process = await os.spawn('calls.wasm', [name, String(count)]);
    const line = (await new Response(process.output).text()).trim();
    const [, , , nanos, verdict] = line.split(' ');
    if (await process.exit !== 0 || verdict !== 'ok') throw new Error(`calls.wasm says: ${line}`);
    return Number(nanos);
  };
  const cold = await measure();
  for (let i = 0; i < warmUps; i++) await measure();
  const warm = [];
  for (let i = 0; i < runs; i++) warm.push(await measure());
  return { cold, warm };
}
