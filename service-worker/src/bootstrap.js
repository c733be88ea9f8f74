/*
 * What the server sends for whatever is asked of a preview's host while no service worker answers yet: registers the
 * worker, and loads the same address anew, which then comes from the kernel.
 */
(() => {
  const PATIENCE_MS = 5000;
  const STUCK_MS = 1500;
  // Loads in a row that came here all the same: a worker that is removed as fast as it is made.
  const MOST_LOADS = 4;
  const LOADS = 'samovar-bootstrap';

  function say(why) {
    document.getElementById('why').textContent = why;
    document.getElementById('words').hidden = false;
  }

  function countLoad() {
    const now = Date.now();
    const [count, since] = JSON.parse(sessionStorage.getItem(LOADS) ?? '[0,0]');
    const next = now - since > 10_000 ? [1, now] : [count + 1, since];
    sessionStorage.setItem(LOADS, JSON.stringify(next));
    return next[0];
  }

  async function begin() {
    const workers = navigator.serviceWorker;
    if (!workers) throw new Error('Service workers are switched off');
    if (countLoad() > MOST_LOADS) throw new Error('The service worker is removed as soon as it is made');
    // What hangs now is mostly a worker that was taken away and has not gone yet: the OS page lets go of it.
    if (window.parent !== window) setTimeout(() => window.parent.postMessage(['samovar-stuck'], '*'), STUCK_MS);
    const registration = await workers.register('/__samovar/sw.js', { scope: '/', updateViaCache: 'none' });
    if (!registration) throw new Error('Service workers are blocked');
    await workers.ready;
    location.reload();
  }

  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error('The browser did not start the service worker within 5 s')), PATIENCE_MS);
  });
  Promise.race([begin(), late]).catch((error) => say(`${error.message.replace(/\.$/, '')}. Previews need a service worker and its storage: `
    + 'allow cookies and site data for this address, in frames of other sites, too, and load this page again.'));
})();
