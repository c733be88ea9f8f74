// Gives a folder of the OS back as a zip.
import { OsError } from './errors.js';
import { absolute } from './files.js';
import { Progress } from './progress.js';
import { ZipWriter } from './zip.js';

const FILE = 0o100000;
const DIRECTORY = 0o040755;
const SYMLINK = 0o120777;

const encoder = new TextEncoder();

/**
 * @param {import('./files.js').Files} files
 * @param {string} path a folder, or a single file
 * @param {{format?: string}} options
 * @param {(progress: {loaded: number, total: number}) => void} onProgress files
 * @param {AbortSignal} signal
 * @returns {Promise<Uint8Array>} names are relative to the folder
 */
export async function exportFolder(files, path, { format = 'zip' } = {}, onProgress, signal) {
  if (format !== 'zip') {
    throw new OsError('EINVAL', `export ${path}: there is no format ${format}; there is 'zip' (EINVAL).`);
  }
  const root = absolute(path);
  const zip = new ZipWriter();
  const progress = new Progress(onProgress, signal, 'export');
  const entries = files.stat(root).type === 'directory' ? [...walk(files, root, '')]
    : [{ name: root.slice(root.lastIndexOf('/') + 1), path: root, type: 'file' }];
  progress.total = entries.length;
  for (const { name, path: from, type } of entries) {
    await add(zip, files, name, from, type);
    await progress.done();
  }
  progress.report(true);
  return zip.finish();
}

/** Everything below a directory, each directory before what is in it. */
function* walk(files, directory, prefix) {
  for (const { name, type } of files.readdir(directory, { withFileTypes: true })) {
    const path = `${directory === '/' ? '' : directory}/${name}`;
    if (type === 'directory') {
      yield { name: `${prefix}${name}/`, path, type };
      yield* walk(files, path, `${prefix}${name}/`);
    } else if (type === 'file' || type === 'symlink') {
      yield { name: `${prefix}${name}`, path, type };
    } // a device is no content
  }
}

async function add(zip, files, name, path, type) {
  let stat;
  try {
    stat = files.lstat(path);
  } catch (error) {
    if (error.code === 'ENOENT') {
      return; // a program removed it meanwhile
    }
    throw error;
  }
  if (type === 'directory') {
    await zip.add(name, DIRECTORY, stat.mtimeMs, []);
  } else if (type === 'symlink') {
    await zip.add(name, SYMLINK, stat.mtimeMs, [encoder.encode(files.readlink(path))]);
  } else {
    const inode = files.hold(path);
    try {
      await zip.add(name, FILE | stat.mode, stat.mtimeMs, files.chunks(inode, path));
    } finally {
      files.release(inode);
    }
  }
}
