// The page's OS. A script of its own, and the first: the kernel starts while the rest of the page is still on its way.
import { whatIsMissing } from './browser.js';

async function boot() {
  const missing = whatIsMissing();
  if (missing) throw new Error(missing);
  const { Samovar } = await import('/sdk/samovar.js');
  return Samovar.boot();
}

/** @type {Promise<import('/sdk/samovar.js').Samovar>} */
export const booted = boot();
// Who awaits it comes later, and says what went wrong.
booted.catch(() => {});
