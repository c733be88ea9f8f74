let registering;

/**
 * Registers the service worker of this origin, once: what the browser keeps then comes back with the code that was
 * optimised before. Without one (a browser may refuse) all works, only not as fast.
 *
 * @returns {Promise<ServiceWorkerRegistration | undefined>}
 */
export function registerServiceWorker() {
  registering ??= navigator.serviceWorker?.register(new URL('../service-worker.js', import.meta.url), { updateViaCache: 'none' })
    .catch(() => undefined) ?? Promise.resolve(undefined);
  return registering;
}
