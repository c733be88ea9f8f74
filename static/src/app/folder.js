import { treeOfEntry, treeOfFiles } from './tree.js';

/**
 * A folder that a person handed over.
 * @typedef {object} Folder
 * @property {string} name as it was called on their disk
 * @property {(onFile: () => void, signal: AbortSignal) => Promise<object>} read what os.mount takes: a directory handle
 *     as it is, or else a tree, read now
 */

/** The folder behind a FileSystemDirectoryHandle. */
export const folderOfHandle = (handle) => ({ name: handle.name, read: async () => handle });

const folderOfEntry = (entry) => ({ name: entry.name, read: (onFile, signal) => treeOfEntry(entry, onFile, signal) });

/** The folder chosen with <input webkitdirectory>. */
export function folderOfInput(files) {
  return {
    name: files[0].webkitRelativePath.split('/')[0],
    read: (onFile, signal) => treeOfFiles(files, onFile, signal),
  };
}

/** Loose files, together as one folder named after the program among them. */
function folderOfLooseFiles(files) {
  const program = files.find((file) => file.name.endsWith('.wasm')) ?? files[0];
  return {
    name: program.name.replace(/\.[^.]+$/, ''),
    read: (onFile, signal) => treeOfFiles(files, onFile, signal),
  };
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
  if (files.length) folders.push(folderOfLooseFiles(files));
  return folders;
}
