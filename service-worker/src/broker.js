/*
 * The broker: a hidden frame that the OS page keeps on each preview's origin. It registers the service worker, and hands
 * it a port to the kernel whenever that asks for one. Who frames it is made sure of by the server's policy
 * (frame-ancestors), so that the parent is the OS page.
 *
 * A page of the same origin can reach in here and do all that this script does. So the OS page trusts nothing that
 * comes from here: a port leads to the sockets of one port number, which is what a preview has anyway.
 *
 *   OS page → broker: ['port'] with a MessagePort to the kernel; ['open'] something listens there again
 *   broker → OS page: ['port?'] one is needed; ['ready'] the worker has it; ['blocked', why] there is no worker
 *   service worker → broker: ['port?'], ['ready']; broker → service worker: ['port', lock, framers] with the port, ['open']
 */
(() => {
  const os = window.parent;
  const workers = navigator.serviceWorker;
  // Held as long as this frame lives: the service worker queues on it, and so notices when the OS page goes.
  const lock = `samovar-broker ${crypto.randomUUID()}`;
  // Who frames this, which is who may frame the preview. Not every browser tells.
  const framers = [...new Set(window.location.ancestorOrigins ?? [])].join(' ');
  // Who asked for a port and has none yet.
  let asking = [];

  const tell = (message) => os.postMessage(message, '*');

  function ask(worker) {
    if (!asking.includes(worker)) asking.push(worker);
    tell(['port?']);
  }

  addEventListener('message', ({ source, data, ports }) => {
    if (source !== os || !Array.isArray(data)) return;
    if (data[0] === 'port' && ports[0]) {
      asking.shift()?.postMessage(['port', lock, framers], [ports[0]]);
    } else if (data[0] === 'open') {
      workers.getRegistration('/').then((registration) => registration?.active?.postMessage(['open']));
    }
  });

  async function activeWorker() {
    const registration = await workers.register('/__samovar/sw.js', { scope: '/', updateViaCache: 'none' });
    // A browser that refuses service workers may also answer nothing.
    if (!registration) throw new Error('this browser has none here');
    const worker = registration.active ?? registration.waiting ?? registration.installing;
    if (!worker) throw new Error('it was not installed');
    while (worker.state !== 'activated') {
      if (worker.state === 'redundant') throw new Error('it was not installed');
      await new Promise((changed) => worker.addEventListener('statechange', changed, { once: true }));
    }
    return worker;
  }

  async function begin() {
    if (os === window) throw new Error('this document belongs into a frame');
    if (!workers) throw new Error('this browser has none here');
    workers.addEventListener('message', ({ source, data }) => {
      if (data?.[0] === 'port?') ask(source);
      else if (data?.[0] === 'ready') tell(['ready']);
    });
    workers.startMessages();
    await new Promise((held, refused) => {
      navigator.locks.request(lock, () => {
        held();
        return new Promise(() => {});
      }).catch(refused);
    });
    ask(await activeWorker());
  }

  begin().catch((error) => tell(['blocked', String(error.message)]));
})();
