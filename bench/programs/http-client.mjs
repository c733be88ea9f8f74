// Requests one after the other on one connection; prints how many a second, for each round.

import { get } from 'node:http';

const [rounds, requests] = process.argv.slice(2).map(Number);

const ask = () => new Promise((resolve, reject) => {
  get({ port: 8000, path: '/tea' }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part) => { text += part; });
    response.on('end', () => (text === '{"tea":1}' ? resolve() : reject(new Error(`the server says ${text}`))));
  }).on('error', reject);
});

for (let i = 0; i < rounds; i++) {
  const start = performance.now();
  for (let j = 0; j < requests; j++) await ask();
  console.log(1000 * requests / (performance.now() - start));
}
process.exit();
