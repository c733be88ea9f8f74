// A preview's page takes a large body and sends one: MB (10^6 bytes) a second.
async ({ mebibytes }) => {
  const bytes = mebibytes << 20;
  const rate = (began) => bytes / 1000 / (performance.now() - began);
  let began = performance.now();
  const reader = (await fetch(`/big?${bytes}`)).body.getReader();
  let count = 0;
  for (let piece; !(piece = await reader.read()).done;) count += piece.value.length;
  if (count !== bytes) throw new Error(`${count} bytes came`);
  const down = rate(began);
  const blob = new Blob([new Uint8Array(bytes)]);
  began = performance.now();
  const said = await (await fetch('/sum', { method: 'POST', body: blob })).text();
  if (!said.startsWith(`${bytes} `)) throw new Error(said);
  return { down, up: rate(began) };
}
