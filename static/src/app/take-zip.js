import { byId, element } from './dom.js';
import { showError } from './notice.js';

const button = byId('take-zip');

/**
 * The button that gives the project's folder, as it is now, to the person as a zip.
 * @param {() => import('./project.js').Project} current
 */
export function offerZip(os, current) {
  button.addEventListener('click', async () => {
    const { name, dir } = current();
    button.disabled = true;
    try {
      const zip = await os.export(dir, {
        format: 'zip',
        onProgress: ({ loaded, total }) => { button.textContent = `Packing ${loaded} of ${total}…`; },
      });
      const url = URL.createObjectURL(new Blob([zip], { type: 'application/zip' }));
      element('a', { href: url, download: `${name}.zip` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000); // by then the browser has begun to save it
    } catch (error) {
      showError(error);
    } finally {
      button.disabled = false;
      button.textContent = 'Download as zip';
    }
  });
}
