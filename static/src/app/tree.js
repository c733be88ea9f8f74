// A tree is what os.mount takes: { 'a.txt': { file: { contents } }, lib: { directory: { … } } }. Files are put in as they
// are: the kernel reads them, and only those that it wants.

/** An empty directory; without a prototype, so that a file may be called __proto__. */
const directory = () => Object.create(null);

const fileOf = (file) => ({ file: { contents: file } });

// What nobody wants to have read, name by name: a repository's own files.
const LEFT_OUT = '.git';

/**
 * The tree below a FileSystemDirectoryEntry, empty folders included.
 * @param onFile called after each file that was found
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
        tree[child.name] = { directory: child.name === LEFT_OUT ? {} : await treeOfEntry(child, onFile, signal) };
      } else {
        tree[child.name] = fileOf(await new Promise((resolve, reject) => child.file(resolve, reject)));
        onFile();
      }
    }
  }
}

/** The tree of files that carry their path as webkitRelativePath, without its first part, or lie side by side. */
export function treeOfFiles(files) {
  const root = directory();
  for (const file of files) {
    const parts = file.webkitRelativePath.split('/').slice(1, -1);
    let at = root;
    for (const part of parts) {
      at = (at[part] ??= { directory: directory() }).directory;
    }
    at[file.name] = fileOf(file);
  }
  return root;
}
