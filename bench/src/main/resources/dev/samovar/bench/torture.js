// Endless loops, one after the other, each killed at a random moment, while two programs write: one line every
// millisecond, and as many lines as it can. What must hold afterwards and does not is in `losses`.
async ({ loops, rehearsal }) => {
  const LINE = 'line 00000000\n'.length;
  const FAST_LINES = 2_000_000;
  const LONGEST_LIFE_MS = 60;
  const os = await lab.boot();
  const losses = [];
  const most = { live: 0, ghosts: 0 };
  let last;

  async function look() {
    const { workers } = await os.figures();
    last = { live: workers.booting + workers.idle + workers.busy, ghosts: workers.ending };
    for (const kind of ['live', 'ghosts']) most[kind] = Math.max(most[kind], last[kind]);
  }

  /** Until it has a worker: loops that were terminated and are not gone yet take its place at the limit. */
  async function runs(pid) {
    for (let tries = 0; tries < 20_000; tries++) {
      if ((await os.ps()).some((process) => process.pid === pid && process.state === 'running')) return;
      await lab.sleep(1);
    }
    throw new Error(`loop ${pid} got no worker in 20 s`);
  }

  async function startAndKill() {
    const process = await os.spawn('loop.wasm');
    await runs(process.pid);
    await lab.sleep(Math.random() * LONGEST_LIFE_MS);
    await look();
    const start = performance.now();
    await process.kill('SIGKILL');
    const status = await process.exit;
    if (status !== 137) losses.push(`loop ${process.pid} ended with ${status}`);
    return performance.now() - start;
  }

  /** Lines in the file; each must be there once, whole and in its place. */
  async function countLines(path) {
    const bytes = await os.fs.readFile(path);
    const text = new TextDecoder().decode(bytes);
    const count = Math.floor(text.length / LINE);
    for (let i = 0; i < count; i++) {
      const line = text.slice(i * LINE, (i + 1) * LINE);
      if (line !== `line ${String(i + 1).padStart(8, '0')}\n`) {
        losses.push(`${path}: line ${i + 1} is ${JSON.stringify(line)}`);
        return i;
      }
    }
    if (text.length % LINE !== 0) losses.push(`${path} ends within a line`);
    return count;
  }

  async function round(count) {
    const paced = await os.spawn('writer.wasm', ['paced.txt', '0', '1']);
    const fast = await os.spawn('writer.wasm', ['fast.txt', String(FAST_LINES)]);
    const kills = [];
    for (let i = 0; i < count; i++) kills.push(await startAndKill());
    if (await fast.exit !== 0) losses.push('the fast writer failed');
    const before = (await os.fs.stat('/work/paced.txt')).size;
    await lab.sleep(100);
    if ((await os.fs.stat('/work/paced.txt')).size === before) losses.push('the paced writer no longer writes');
    await paced.kill('SIGKILL');
    await paced.exit;
    const lines = { paced: await countLines('/work/paced.txt'), fast: await countLines('/work/fast.txt') };
    if (lines.fast !== FAST_LINES) losses.push(`fast.txt has ${lines.fast} lines, not ${FAST_LINES}`);
    await os.fs.rm('/work/paced.txt');
    await os.fs.rm('/work/fast.txt');
    return { kills, lines, figures: await lab.settled(os) };
  }

  const { figures: before } = await round(rehearsal);
  most.live = most.ghosts = 0;
  const start = performance.now();
  const { kills, lines, figures: after } = await round(loops);
  const seconds = (performance.now() - start) / 1000;
  await look();

  const inUse = ({ totalPages, freePages }) => totalPages - freePages;
  if (inUse(after) > inUse(before)) losses.push(`pages in use went from ${inUse(before)} to ${inUse(after)}`);
  if (after.records > before.records) losses.push(`records in use went from ${before.records} to ${after.records}`);
  if (after.processes > before.processes) losses.push(`${after.processes - before.processes} processes were left behind`);
  return {
    kills,
    losses,
    facts: {
      'loops killed': kills.length,
      seconds,
      'lines of the paced writer, all in place': lines.paced,
      'lines of the fast writer, all in place': lines.fast,
      'live workers, most': most.live,
      'live workers, at the end': last.live,
      'terminated workers not gone yet, most': most.ghosts,
      'terminated workers not gone yet, at the end': last.ghosts,
      'pages in use, before': inUse(before),
      'pages in use, at the end': inUse(after),
      'records in use, before': before.records,
      'records in use, at the end': after.records,
    },
  };
}
