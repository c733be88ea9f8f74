import { byId } from './dom.js';
import { folderOfHandle, folderOfInput, foldersOfDrop, foldersOfFiles } from './folder.js';
import { showError } from './notice.js';

const input = byId('folder-input');
const choose = byId('choose');
const fileInput = byId('file-input');
const chooseFile = byId('choose-file');

/**
 * The ways a folder comes in: dropped anywhere on the page, or chosen.
 * @param {(folders: import('./folder.js').Folder[]) => void} onFolders
 */
export function acceptFolders(onFolders) {
  const dragging = (on) => document.body.classList.toggle('dragging', on);

  addEventListener('dragover', (event) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    dragging(true);
  });
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) dragging(false); // the pointer left the window, not just one element for another
  });
  addEventListener('drop', async (event) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    dragging(false);
    const folders = await foldersOfDrop(event.dataTransfer);
    if (folders.length) onFolders(folders);
    else showError(new Error('Nothing in that drop could be read: drop a folder, a zip or a .wasm file from your disk.'));
  });

  choose.addEventListener('click', async () => {
    if (!window.showDirectoryPicker) {
      input.click();
      return;
    }
    try {
      onFolders([folderOfHandle(await showDirectoryPicker({ id: 'samovar' }))]);
    } catch (error) {
      if (error.name !== 'AbortError') showError(error); // AbortError: the person changed their mind
    }
  });
  input.addEventListener('change', () => {
    const files = [...input.files];
    input.value = ''; // so that choosing the same folder again is a change again
    if (files.length) onFolders([folderOfInput(files)]);
  });
  chooseFile.addEventListener('click', () => fileInput.click());
  fileInput.addEventListener('change', () => {
    const files = [...fileInput.files];
    fileInput.value = '';
    if (files.length) onFolders(foldersOfFiles(files));
  });
}

/** Shuts the door: the kernel cannot run here. */
export function refuseFolders() {
  choose.disabled = chooseFile.disabled = true;
  document.body.dataset.view = 'refused';
}
