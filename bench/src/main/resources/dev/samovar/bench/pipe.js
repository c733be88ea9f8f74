// Between two processes: MB (10^6 bytes) a second through a pipe, and ns until a sleeping reader runs again.
async ({ mebibytes, rounds, runs }) => {
  const os = await lab.boot();
  const printed = async (process) => {
    const [text, status] = await Promise.all([new Response(process.stdout).text(), process.exit]);
    if (status !== 0) throw new Error(`status ${status}`);
    return text.split(' ').map(Number);
  };
  const rate = async () => {
    const flood = await os.spawn('flood.wasm', [String(mebibytes)]);
    const [bytes, nanos] = await printed(await os.spawn('drain.wasm', [], { stdin: flood.stdout }));
    if (bytes !== mebibytes * 2 ** 20) throw new Error(`${bytes} bytes came through`);
    return bytes * 1000 / nanos;
  };
  const wake = async () => (await printed(await os.spawn('pingpong.wasm', [String(rounds)])))[0];
  const result = {};
  for (const [name, measure] of Object.entries({ rate, wake })) {
    result[name] = { cold: await measure(), warm: [] };
    for (let i = 0; i < runs; i++) result[name].warm.push(await measure());
  }
  return result;
}
