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
 * @returns {Promise<string>} where it is
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
    await os.mount(source, { at, onProgress, signal });
    return at;
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
