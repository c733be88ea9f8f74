// Requests a second between two JavaScript programs: of the first round, and of those that follow.
async ({ rounds, requests }) => {
  const os = await lab.boot();
  const server = await os.spawn('node', ['http-server.mjs']);
  await new Promise((resolve) => os.on('port', resolve));
  const client = await os.spawn('node', ['http-client.mjs', String(rounds + 1), String(requests)]);
  let text = '';
  for await (const chunk of client.output.pipeThrough(new TextDecoderStream())) text += chunk;
  if (await client.exit !== 0) throw new Error(`the client failed: ${text}`);
  await server.kill('SIGKILL');
  const [cold, ...warm] = text.trim().split('\n').map(Number);
  return { cold, warm };
}
