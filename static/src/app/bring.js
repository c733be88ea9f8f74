import { splitArguments } from './arguments.js';
import { byId } from './dom.js';

const dialog = byId('bringing');
const form = byId('bring-form');
const problem = byId('bring-problem');
// The browser keeps the programs; what they are called is kept here.
const KEY = 'brought';

const known = () => JSON.parse(localStorage.getItem(KEY) ?? '[]');

/** Lets a person bring a runtime along, and brings back those of earlier visits. */
export function offerBringing(os) {
  byId('bring').addEventListener('click', () => {
    problem.textContent = '';
    dialog.showModal();
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { file, url, sha256, command, version, arguments: line, extensions } = Object.fromEntries(new FormData(form));
    const definition = {
      command: command.trim(), version: version.trim(), sha256: sha256.trim(), arguments: splitArguments(line),
      extensions: extensions.split(/[\s,]+/).filter(Boolean), ...url.trim() && { url: url.trim() },
    };
    form.inert = true;
    problem.textContent = '';
    try {
      await os.runtimes.add({ ...definition, ...file.size > 0 && { file } });
      localStorage.setItem(KEY, JSON.stringify([...known(), definition]));
      form.reset();
      dialog.close();
    } catch (error) {
      problem.textContent = error.message;
    } finally {
      form.inert = false;
    }
  });
  return bringBack(os);
}

async function bringBack(os) {
  for (const definition of known()) {
    // One that the browser no longer keeps, and that has no address, is forgotten.
    await os.runtimes.add(definition).catch(() => {
      localStorage.setItem(KEY, JSON.stringify(known().filter(({ sha256 }) => sha256 !== definition.sha256)));
    });
  }
}
