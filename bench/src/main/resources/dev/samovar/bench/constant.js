// Registers the peer of a preview.
async () => {
  const registration = await navigator.serviceWorker.register('/bench/constant.js');
  while (registration.active?.state !== 'activated') await lab.sleep(20);
  return true;
}
