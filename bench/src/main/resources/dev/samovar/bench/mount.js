// ms that a folder takes into the OS, by the way it comes in; and out again, as a zip.
async ({ files, bytes, runs }) => {
  const os = await lab.boot();
  // Text-like: half of it random, so that it compresses as source code does.
  const contents = (i) => new Uint8Array(bytes).map((_, at) => (at & 1 ? 97 + (at * 31 + i * 17) % 26 : Math.random() * 26 + 97));
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('many', { create: true });
  const tree = {};
  for (let i = 0; i < files; i++) {
    const folder = `folder ${i % 50}`;
    tree[folder] ??= { directory: {} };
    tree[folder].directory[`file-${i}.txt`] = { file: { contents: contents(i) } };
  }
  await Promise.all(Object.entries(tree).map(async ([name, { directory }]) => {
    const folder = await root.getDirectoryHandle(name, { create: true });
    for (const [file, node] of Object.entries(directory)) {
      const writable = await (await folder.getFileHandle(file, { create: true })).createWritable();
      await writable.write(node.file.contents);
      await writable.close();
    }
  }));
  const times = { 'directory handle': [], zip: [], 'tree of bytes': [], export: [] };
  const measure = async (name, use) => {
    const start = performance.now();
    const result = await use();
    times[name].push(performance.now() - start);
    return result;
  };
  for (let i = 0; i < runs; i++) {
    const mounted = await measure('directory handle', () => os.mount(root, { at: '/work/m' }));
    if (mounted.files !== files) throw new Error(`mount: ${mounted.files} files, not ${files}`);
    const zip = await measure('export', () => os.export('/work/m'));
    await os.fs.rm('/work/m', { recursive: true });
    for (const [name, source] of [['zip', zip], ['tree of bytes', tree]]) {
      await measure(name, () => os.mount(source, { at: '/work/m' }));
      const names = await os.fs.readdir('/work/m/folder 49');
      if (names.length !== files / 50) throw new Error(`mount of a ${name}: ${names.length} files in a folder`);
      await os.fs.rm('/work/m', { recursive: true });
    }
  }
  await root.remove?.({ recursive: true });
  return times;
}
