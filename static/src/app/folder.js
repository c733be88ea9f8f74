import { treeOfEntry, treeOfFiles } from './tree.js';

/**
 * A folder that a person handed over.
 * @typedef {object} Folder
 * @property {string} name as it was called on their disk
 * @property {boolean} [isZip] a zip, which may hold the folder itself as its only entry
 * @property {(onFile: () => void, signal: AbortSignal) => Promise<object>} read what os.mount takes: a directory handle or
 *     the bytes of a zip as they are, or else a tree, whose files are not read yet
 */

/** The folder behind a FileSystemDirectoryHandle. */
export const folderOfHandle = (handle) => ({ name: handle.name, read: async () => handle });

const folderOfEntry = (entry) => ({ name: entry.name, read: (onFile, signal) => treeOfEntry(entry, onFile, signal) });

/** The folder chosen with <input webkitdirectory>. */
export function folderOfInput(files) {
  return { name: files[0].webkitRelativePath.split('/')[0], read: async () => treeOfFiles(files) };
}

const isZip = (file) => /\.zip$/i.test(file.name);

const withoutEnding = (name) => name.replace(/\.[^.]+$/, '');

/** Loose files: each zip is a folder; the others together are one, named after the program among them. */
export function foldersOfFiles(files) {
  const folders = files.filter(isZip).map((file) => ({ name: withoutEnding(file.name), isZip: true, read: async () => file }));
  const others = files.filter((file) => !isZip(file));
  if (others.length) {
    const program = others.find((file) => file.name.endsWith('.wasm')) ?? others[0];
    folders.push({ name: withoutEnding(program.name), read: async () => treeOfFiles(others) });
  }
  return folders;
}

/**
 * The folders in a drop. Must be called while the drop event is being dispatched: afterwards the browser has taken the
 * items away.
 * @returns {Promise<Folder[]>}
 */
export async function foldersOfDrop(dataTransfer) {
  const items = [...dataTransfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => ({
      handle: item.getAsFileSystemHandle?.().catch(() => null),
      entry: item.webkitGetAsEntry?.(),
      file: item.getAsFile(),
    }));
  const folders = [];
  const files = [];
  for (const item of items) {
    const handle = await item.handle;
    if (handle?.kind === 'directory') folders.push(folderOfHandle(handle));
    else if (item.entry?.isDirectory) folders.push(folderOfEntry(item.entry));
    else if (item.file) files.push(item.file);
  }
  return [...folders, ...foldersOfFiles(files)];
}
