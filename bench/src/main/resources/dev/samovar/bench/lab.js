// What every measuring page has: the SDK, the files it was given, and an OS whose errors fail the run.
async (files) => {
  const { Samovar } = await import('/sdk/samovar.js');
  const contents = new Map(files.map(([name, base64]) => [name, Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]));
  const errors = [];

  async function boot() {
    const os = await Samovar.boot();
    os.on('error', (error) => errors.push(`${error.code}: ${error.message}`));
    for (const [name, bytes] of contents) await os.fs.writeFile(`/work/${name}`, bytes);
    return os;
  }

  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  /** The kernel's figures once no worker is on its way up or down. */
  async function settled(os) {
    for (let quiet = 0, tries = 0; quiet < 3; tries++) {
      if (tries === 200) throw new Error('the workers did not come to rest in 10 s');
      await sleep(50);
      const { workers } = await os.figures();
      quiet = workers.booting + workers.busy + workers.ending === 0 ? quiet + 1 : 0;
    }
    return os.figures();
  }

  async function watched(script, argument, seconds) {
    const late = sleep(seconds * 1000).then(() => {
      throw new Error(`it did not end in ${seconds} s`);
    });
    const result = await Promise.race([script(argument), late]);
    if (errors.length > 0) throw new Error(`the kernel reported ${errors.join('; ')}`);
    return result;
  }

  globalThis.lab = { Samovar, contents, errors, boot, sleep, settled, watched };
}
