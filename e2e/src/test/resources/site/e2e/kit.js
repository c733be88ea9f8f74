// What the snippets of the SDK's tests are written with; all of it is global on the blank page.
import { Samovar, SamovarError } from '/sdk/samovar.js';

const decoder = new TextDecoder();

const kit = {
  Samovar,
  SamovarError,

  /** Throws unless the two look the same as JSON. */
  equal(actual, expected, what = '') {
    const [a, b] = [actual, expected].map((value) => JSON.stringify(value));
    if (a !== b) {
      throw new Error(`${what || 'not equal'}: expected ${clip(b)}, got ${clip(a)}`);
    }
  },

  ok(condition, what) {
    if (!condition) {
      throw new Error(what);
    }
  },

  matches(text, pattern, what = '') {
    kit.ok(pattern.test(text), `${what}: ${clip(JSON.stringify(text))} does not match ${pattern}`);
  },

  /** Throws unless the promise rejects with a SamovarError of this code. Answers the error. */
  async rejects(promise, code) {
    let result;
    try {
      result = await promise;
    } catch (error) {
      kit.ok(error instanceof SamovarError, `rejected with ${error?.stack ?? error}, which is no SamovarError`);
      kit.equal(error.code, code, `code of "${error.message}"`);
      return error;
    }
    throw new Error(`expected ${code}, but it resolved with ${clip(JSON.stringify(result))}`);
  },

  /** Waits until the condition holds. Answers what it answered. */
  async until(condition, what, seconds = 15) {
    const end = performance.now() + seconds * 1000;
    for (;;) {
      const result = await condition();
      if (result) {
        return result;
      }
      kit.ok(performance.now() < end, `waited ${seconds} s in vain until ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  },

  /** The bytes of a file of the checkout. */
  async file(path) {
    return Uint8Array.fromBase64(await checkoutFile(path));
  },

  /** The bytes of a program of e2e/guests. */
  guest: (name) => kit.file(`e2e/guests/${name}.wasm`),

  /** Boots an OS with these guests in /work. What goes wrong inside it fails the test. */
  async booted(...guests) {
    const os = await Samovar.boot();
    kit.watch(os);
    await kit.install(os, ...guests);
    return os;
  },

  watch(os) {
    os.on('error', (error) => console.error(`OS: ${error.code}: ${error.message}`));
  },

  async install(os, ...guests) {
    for (const name of guests) {
      await os.fs.writeFile(`/work/${name}.wasm`, await kit.guest(name));
    }
  },

  /** Reads a stream to its end, as text. */
  text: (stream) => new Response(stream).text(),

  /** Reads what a process prints and waits for its end. */
  async ended(process) {
    const [status, stdout, stderr] = await Promise.all([process.exit, kit.text(process.stdout), kit.text(process.stderr)]);
    return { status, stdout, stderr };
  },

  /** Runs a guest that was installed, to its end. */
  async go(os, guest, args = [], options = {}) {
    return kit.ended(await os.spawn(`${guest}.wasm`, args, options));
  },

  /** What `ps` says of a process. */
  async state(os, process) {
    return (await os.ps()).find(({ pid }) => pid === process.pid)?.state;
  },

  async size(os, path) {
    return os.fs.stat(path).then(({ size }) => size, () => 0);
  },

  /** Pages of kernel memory in use. */
  async pages(os) {
    const { totalPages, freePages } = await os.figures();
    return totalPages - freePages;
  },

  /** How many wasm memories there is room for in this page, of about 125 in all. */
  room() {
    const memories = [];
    try {
      while (memories.length < 2000) {
        memories.push(new WebAssembly.Memory({ initial: 1, maximum: 1 }));
      }
    } catch {
      // There is no more room.
    }
    const count = memories.length;
    memories.length = 0;
    new ArrayBuffer(64 << 20); // has the dead memories collected
    return count;
  },

  /** How many process workers there really are, of all the OSes in this context: each holds a lock as long as it exists. */
  async workers() {
    return (await navigator.locks.query()).held.filter(({ name }) => name.startsWith('samovar:')).length;
  },

  /** Waits until every terminated worker is really gone. The kernel must be whole then. */
  async settled(os) {
    await kit.until(async () => {
      const { workers, processes } = await os.figures();
      return workers.ending === 0 && workers.booting === 0 && workers.busy === 0 && processes === 0;
    }, 'all processes and terminated workers are gone');
    kit.equal(await os.check(), [], 'os.check()');
  },

  /** Throws unless the text is `line 00000001`, `line 00000002`, … without a gap, a double or a broken line. */
  checkLines(text, atLeast) {
    const lines = text.split('\n');
    kit.equal(lines.pop(), '', 'after the last line');
    lines.forEach((line, i) => kit.equal(line, `line ${String(i + 1).padStart(8, '0')}`, 'line of the writer'));
    kit.ok(lines.length >= atLeast, `only ${lines.length} lines, not ${atLeast}`);
  },

  /** Does something while other processes run, and throws unless they are unharmed by it. */
  async unharmed(os, something) {
    await kit.install(os, 'cat', 'writer');
    const cat = await os.spawn('cat.wasm', [], { stdin: 'pipe' });
    const writer = await os.spawn('writer.wasm', ['/work/bystander.txt', '0', '1']);
    const grows = async () => {
      const size = await kit.size(os, '/work/bystander.txt');
      await kit.until(async () => await kit.size(os, '/work/bystander.txt') > size, 'the other process writes on');
    };
    await grows();
    await something();
    kit.equal(await os.check(), [], 'os.check()');
    await grows();
    const input = cat.input.getWriter();
    await input.write('still here');
    await input.close();
    kit.equal(await kit.ended(cat), { status: 0, stdout: 'still here', stderr: '' }, 'the waiting process');
    await writer.kill('SIGKILL');
    kit.equal(await writer.exit, 137);
    kit.checkLines(await os.fs.readFile('/work/bystander.txt', 'utf8'), 2);
    await os.fs.rm('/work/bystander.txt');
  },

  /** A person before the terminal of a process: types, and looks at all that it has shown so far. */
  atTerminal(process) {
    const person = { process, screen: '', closed: false };
    const writer = process.input.getWriter();
    person.type = (keys) => writer.write(keys);
    person.sees = (text, times = 1) => kit.until(() => person.screen.split(text).length > times || person.closed, `the terminal shows ${JSON.stringify(text)}`)
      .then(() => kit.ok(person.screen.split(text).length > times, `no ${JSON.stringify(text)} in ${JSON.stringify(person.screen)}`));
    person.left = (async () => {
      const decoder = new TextDecoder();
      for await (const bytes of process.output) {
        person.screen += decoder.decode(bytes, { stream: true });
      }
      person.closed = true;
      return process.exit;
    })();
    return person;
  },

  /**
   * Kills processes at random moments while they make, append to, move and remove files and folders, print, wait and
   * compute, several at once; after every `batch` kills nothing may be left of them. Answers on what the kills fell.
   */
  async tortured(os, kills, batch) {
    const kinds = ['files', 'large', 'folders', 'output', 'wait', 'compute', 'sockets'];
    const fell = { user: 0, waiting: 0, call: 0, lock: 0 };
    let seed = 1;
    await os.fs.mkdir('/work/torture', { recursive: true });
    const victim = async () => {
      const kind = kinds[seed++ % kinds.length];
      const process = await os.spawn('/work/torture.wasm', [kind, String(seed)],
        { cwd: '/work/torture', stdin: kind === 'wait' ? 'pipe' : undefined });
      process.output.pipeTo(new WritableStream()).catch(() => {});
      return process;
    };
    const end = async (process, signal) => {
      await process.kill(signal);
      kit.equal(await process.exit, { SIGKILL: 137, SIGTERM: 143 }[signal], `end of a process by ${signal}`);
    };
    for (let done = 0; done < kills;) {
      const victims = await Promise.all(Array.from({ length: 8 }, victim));
      for (let i = 0; i < batch && done < kills; i++, done++) {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
        const at = Math.floor(Math.random() * victims.length);
        const signal = Math.random() < 0.25 ? 'SIGTERM' : 'SIGKILL';
        const { pid } = victims[at];
        await kit.until(async () => ['running', 'sleeping'].includes(await kit.state(os, victims[at])), `${pid} runs`);
        // Both in one message: the kernel worker looks, and kills at once.
        const [where] = await Promise.all([os.whereabouts(pid), end(victims[at], signal)]);
        fell[where]++;
        victims[at] = await victim();
      }
      await Promise.all(victims.map((process) => end(process, 'SIGKILL')));
      await kit.settled(os);
      await os.fs.rm('/work/torture', { recursive: true });
      await os.fs.mkdir('/work/torture');
    }
    return fell;
  },

  decode: (bytes) => decoder.decode(bytes),

  /** Runs a snippet, which has so many seconds. */
  async within(seconds, snippet) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the snippet did not end in ${seconds} s`)), seconds * 1000);
    });
    return Promise.race([snippet(), late]).finally(() => clearTimeout(timer));
  },
};

function clip(text) {
  return text?.length > 600 ? `${text.slice(0, 600)}…` : text;
}

Object.assign(globalThis, kit);
