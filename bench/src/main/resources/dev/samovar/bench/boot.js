// ms of a page's first boot(), and of a second one while the first OS is idle.
async () => {
  const times = [];
  for (let i = 0; i < 2; i++) {
    const start = performance.now();
    const os = await lab.Samovar.boot();
    times.push(performance.now() - start);
    await lab.settled(os);
  }
  return times;
}
