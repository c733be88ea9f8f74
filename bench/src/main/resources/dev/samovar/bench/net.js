// Connections inside the OS, measured by the guests themselves: bytes a second in writes of 64 KiB, round trips of a byte,
// connections made, accepted and closed; and what an idle server does.
async ({ mebibytes, rounds, connections, runs }) => {
  const os = await lab.boot();
  let port = 8000;

  // A server for each run, and the client that measures.
  async function measured(server, client) {
    port++;
    const serving = await os.spawn('tcp.wasm', [server[0], String(port), ...server.slice(1)]);
    while (!(await os.ps()).some(({ ports }) => ports.includes(port))) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const asking = await os.spawn('tcp.wasm', [client[0], String(port), ...client.slice(1)]);
    const answer = await new Response(asking.stdout).text();
    const statuses = [await asking.exit, await serving.exit];
    if (statuses.some((status) => status !== 0)) {
      throw new Error(`${client[0]} ended with ${statuses}`);
    }
    return Number(answer);
  }

  async function each(server, client) {
    const cold = await measured(server, client);
    const warm = [];
    for (let i = 0; i < runs; i++) {
      warm.push(await measured(server, client));
    }
    return { cold, warm };
  }

  const rate = await each(['sink'], ['source', String(mebibytes)]);
  const trip = await each(['echo', '1'], ['ping', String(rounds)]);
  const connect = await each(['echo', String(connections)], ['connects', String(connections)]);

  const idle = await os.spawn('tcp.wasm', ['echo', '7000']);
  const usage = async () => (await os.ps()).find(({ pid }) => pid === idle.pid);
  while ((await usage()).state !== 'sleeping') {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const before = await usage();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const after = await usage();
  await os.teardown();
  return { rate, trip, connect, idle: { calls: after.syscalls - before.syscalls, ms: after.cpuMs - before.cpuMs } };
}
