// MB (10^6 bytes) a second that the page reads of what flood.wasm prints.
async ({ mebibytes, piece, runs }) => {
  const os = await lab.boot();
  const measure = async () => {
    const start = performance.now();
    const process = await os.spawn('flood.wasm', [String(mebibytes), String(piece)]);
    let at = 0;
    for await (const chunk of process.output) {
      // The byte at offset n is n modulo 251: a chunk lost, doubled or moved shows at its ends.
      const last = chunk.length - 1;
      if (chunk[0] !== at % 251 || chunk[last] !== (at + last) % 251) throw new Error(`flood: wrong bytes at ${at}`);
      at += chunk.length;
    }
    const rate = at / 1000 / (performance.now() - start);
    if (await process.exit !== 0 || at !== mebibytes * 2 ** 20) throw new Error(`flood: ended after ${at} bytes`);
    return rate;
  };
  const cold = await measure();
  const warm = [];
  for (let i = 0; i < runs; i++) warm.push(await measure());
  return { cold, warm };
}
