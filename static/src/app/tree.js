// A tree is what os.mount takes: { 'a.txt': { file: { contents } }, lib: { directory: { … } } }.

/** An empty directory; without a prototype, so that a file may be called __proto__. */
const directory = () => Object.create(null);

const contentsOf = async (file) => ({ file: { contents: new Uint8Array(await file.arrayBuffer()) } });

/**
 * The tree below a FileSystemDirectoryEntry, empty folders included.
 * @param onFile called after each file that was read
 */
export async function treeOfEntry(entry, onFile, signal) {
  const tree = directory();
  const reader = entry.createReader();
  // readEntries answers in batches (100 in Chromium) and says "no more" by an empty one.
  for (;;) {
    const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!batch.length) return tree;
    for (const child of batch) {
      signal?.throwIfAborted();
      if (child.isDirectory) {
        tree[child.name] = { directory: await treeOfEntry(child, onFile, signal) };
      } else {
        tree[child.name] = await contentsOf(await new Promise((resolve, reject) => child.file(resolve, reject)));
        onFile();
      }
    }
  }
}

/** The tree of files that carry their path as webkitRelativePath, without its first part, or lie side by side. */
export async function treeOfFiles(files, onFile, signal) {
  const root = directory();
  for (const file of files) {
    signal?.throwIfAborted();
    const parts = file.webkitRelativePath.split('/').slice(1, -1);
    let at = root;
    for (const part of parts) {
      at = (at[part] ??= { directory: directory() }).directory;
    }
    at[file.name] = await contentsOf(file);
    onFile();
  }
  return root;
}
