// Small requests one by one, by the page that this runs in: how many a second, and the p50 in ms. Some before are not counted:
// the page may have come to the front just now.
async ({ url, requests }) => {
  for (let i = 0; i < 10; i++) await (await fetch(url)).text();
  const times = [];
  const began = performance.now();
  for (let i = 0; i < requests; i++) {
    const before = performance.now();
    await (await fetch(url)).text();
    times.push(performance.now() - before);
  }
  const rate = requests * 1000 / (performance.now() - began);
  return { rate, p50: times.sort((a, b) => a - b)[requests >> 1] };
}
