// Counts the words of every text in texts/, and leaves the most frequent ones in result.json.

import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mostFrequent, words } from './words.js';

const folder = join(import.meta.dirname, 'texts');
const top = Number(process.argv[2] ?? 5);
if (!Number.isInteger(top) || top < 1) {
  console.error(`How many words? A whole number from 1, not '${process.argv[2]}'`);
  process.exit(2);
}

const names = (await readdir(folder)).filter(name => name.endsWith('.txt')).sort();
const counts = new Map();
for (const name of names) {
  const found = words(await readFile(join(folder, name), 'utf8'));
  console.log(`${name}: ${found.length} words`);
  for (const word of found) counts.set(word, (counts.get(word) ?? 0) + 1);
}

const result = mostFrequent(counts, top);
console.table(result);
await writeFile(join(import.meta.dirname, 'result.json'), JSON.stringify({ texts: names, words: result }, null, 2) + '\n');
console.log('written to result.json');
