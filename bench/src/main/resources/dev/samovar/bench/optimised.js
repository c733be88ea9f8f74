// A visit that lasts until the browser keeps the runtime's optimised code.
async ({ program, args, expected }) => {
  const os = await lab.boot();
  const process = await os.spawn(program, args);
  const output = await new Response(process.output).text();
  if (await process.exit !== 0 || !output.includes(expected)) throw new Error(`${program}: ${output}`);
  const cache = await caches.open('samovar-runtimes');
  while (!(await cache.keys()).some(({ url }) => url.endsWith('?optimised'))) await lab.sleep(200);
}
