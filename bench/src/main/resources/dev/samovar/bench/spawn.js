// ms from the call of spawn to its answer and to the exit that the page sees, `runs` times, in an OS of its own.
async ({ program, args, expected, restMs, warmUps, runs }) => {
  const os = await lab.boot();
  if (restMs > 0) await lab.sleep(restMs);
  const times = { spawned: [], ended: [] };
  for (let i = 0; i < warmUps + runs; i++) {
    const start = performance.now();
    const process = await os.spawn(program, args);
    const spawned = performance.now() - start;
    const status = await process.exit;
    const ended = performance.now() - start;
    const output = await new Response(process.output).text();
    if (status !== 0 || !output.includes(expected)) throw new Error(`${program}: ${status}, ${output}`);
    if (i >= warmUps) {
      times.spawned.push(spawned);
      times.ended.push(ended);
    }
  }
  return times;
}
