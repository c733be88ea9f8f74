// ms of a program's first run, half a second after boot, and of its tenth; those between are shortest, so that the two are near
// each other.
async ({ program, args, expected, shortest, shortestExpected, between }) => {
  const os = await lab.boot();
  await lab.sleep(500);
  const run = async (line, says) => {
    const start = performance.now();
    const process = await os.spawn(program, line);
    const spawned = performance.now() - start;
    const status = await process.exit;
    const ended = performance.now() - start;
    const output = await new Response(process.output).text();
    if (status !== 0 || !output.includes(says)) throw new Error(`${program}: ${status}, ${output}`);
    return { spawned, ended };
  };
  const { spawned, ended: first } = await run(args, expected);
  for (let i = 0; i < between; i++) await run(shortest, shortestExpected);
  const { ended: tenth } = await run(args, expected);
  return { spawned, first, tenth };
}
