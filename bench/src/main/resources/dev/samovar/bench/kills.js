// So many kills more, at random moments, of processes that make, append to, move and remove files and folders, print,
// wait, compute and talk over sockets, eight at once. After each batch nothing may be left of them. The OS is the same for all calls.
async ({ kills, batch, victims: count }) => {
  const KINDS = ['files', 'large', 'folders', 'output', 'wait', 'compute', 'sockets'];
  const LONGEST_LIFE_MS = 4;
  const STATUS = { SIGKILL: 137, SIGTERM: 143 };
  const folder = '/work/torture';
  const os = globalThis.torturedOs ??= await lab.boot();
  const fell = { user: 0, waiting: 0, call: 0, lock: 0 };
  const losses = [];
  let seed = Math.floor(Math.random() * 1e6);

  async function victim() {
    const kind = KINDS[seed++ % KINDS.length];
    const process = await os.spawn('/work/torture.wasm', [kind, String(seed)],
      { cwd: folder, stdin: kind === 'wait' ? 'pipe' : undefined });
    process.output.pipeTo(new WritableStream()).catch(() => {});
    return process;
  }

  async function runs(pid) {
    for (let tries = 0; tries < 20_000; tries++) {
      const state = (await os.ps()).find((process) => process.pid === pid)?.state;
      if (state === 'running' || state === 'sleeping') return;
      await lab.sleep(1);
    }
    throw new Error(`process ${pid} got no worker in 20 s`);
  }

  async function end(process, signal) {
    await process.kill(signal);
    const status = await process.exit;
    if (status !== STATUS[signal]) losses.push(`a process ended with ${status} by ${signal}`);
  }

  // Pages that hold records are not counted, since whether one of them has room for the next is chance: records are.
  const inUse = ({ totalPages, freePages, slabPages }) => totalPages - freePages - slabPages;
  const start = performance.now();
  let pages = 0;
  let records = 0;
  for (let done = 0; done < kills;) {
    await os.fs.mkdir(folder, { recursive: true });
    const victims = await Promise.all(Array.from({ length: count }, victim));
    for (let i = 0; i < batch && done < kills; i++, done++) {
      await lab.sleep(Math.random() * LONGEST_LIFE_MS);
      const at = Math.floor(Math.random() * count);
      const { pid } = victims[at];
      await runs(pid);
      // Both in one message: the kernel worker looks, and kills at once.
      const [where] = await Promise.all([os.whereabouts(pid), end(victims[at], Math.random() < 0.25 ? 'SIGTERM' : 'SIGKILL')]);
      fell[where]++;
      victims[at] = await victim();
    }
    await Promise.all(victims.map((process) => end(process, 'SIGKILL')));
    await os.fs.rm(folder, { recursive: true });
    const figures = await lab.settled(os);
    pages = inUse(figures);
    records = figures.records;
    for (const { what, where, message } of await os.check()) losses.push(`${what}: ${where} ${message}`);
    if (figures.processes > 0) losses.push(`${figures.processes} processes were left behind`);
  }
  return { fell, losses, seconds: (performance.now() - start) / 1000, pages, records };
}
