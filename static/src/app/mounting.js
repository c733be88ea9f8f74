import { byId } from './dom.js';
import { count } from './format.js';
import { freeName, safeName } from './place.js';

const box = byId('mounting');
const bar = byId('progress');
const text = byId('progress-text');
const cancel = byId('cancel');

function show(message, loaded, total) {
  text.textContent = message;
  if (total) {
    bar.max = total;
    bar.value = loaded;
  } else {
    bar.removeAttribute('value'); // how far it is is not known
  }
}

/**
 * Copies a folder into the OS under /work, showing how far it is.
 * @param {import('./folder.js').Folder} folder
 * @returns {Promise<{dir: string, skipped: string[], skippedCount: number}>} where it is, and what its .gitignore left out
 * @throws AbortError if the person cancelled
 */
export async function mount(os, folder) {
  const abort = new AbortController();
  const { signal } = abort;
  const stop = () => abort.abort();
  cancel.addEventListener('click', stop);
  show(`Reading ${folder.name}…`);
  box.hidden = false;
  document.body.classList.add('mounting');
  let at = null;
  try {
    let read = 0;
    const source = await folder.read(() => show(`Reading ${folder.name}: ${count(++read, 'file')}`), signal);
    at = `/work/${freeName(safeName(folder.name), await os.fs.readdir('/work'))}`;
    const onProgress = ({ loaded, total }) => show(`Copying ${folder.name} into the kernel…`, loaded, total);
    const { skipped, skippedCount } = await os.mount(source, { at, onProgress, signal, gitignore: true });
    return { dir: folder.isZip ? await unwrapped(os, at) : at, skipped, skippedCount };
  } catch (error) {
    // Half a folder is worse than none; if it cannot be removed, the first error is still the one to tell.
    if (at) await os.fs.rm(at, { recursive: true, force: true }).catch(() => {});
    throw signal.aborted ? new DOMException('Cancelled', 'AbortError') : error;
  } finally {
    cancel.removeEventListener('click', stop);
    box.hidden = true;
    document.body.classList.remove('mounting');
  }
}

// What a Mac puts into its zips beside the folder.
const APPENDIX = '__MACOSX';

/** A zip of a folder holds that as its only entry: then this is the project. */
async function unwrapped(os, at) {
  await os.fs.rm(`${at}/${APPENDIX}`, { recursive: true, force: true });
  const entries = await os.fs.readdir(at, { withFileTypes: true });
  if (entries.length !== 1 || entries[0].type !== 'directory') return at;
  const dir = `/work/${freeName(safeName(entries[0].name), await os.fs.readdir('/work'))}`;
  await os.fs.rename(`${at}/${entries[0].name}`, dir);
  await os.fs.rm(at, { recursive: true });
  return dir;
}
