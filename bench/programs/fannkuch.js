// For every order of the numbers 1 to n: how often must the first so many be turned round until a 1 leads? Prints a sum that
// depends on the sequence of orders, and the most turns.
const n = Number(process.argv[2]);

function fannkuch(n) {
  const order = Array.from({ length: n }, (_, i) => i), left = order.map((i) => i + 1);
  let most = 0, sum = 0, even = true;
  for (;;) {
    const pile = order.slice();
    let turns = 0;
    for (let first = pile[0]; first > 0; first = pile[0]) {
      for (let low = 0, high = first; low < high; low++, high--) {
        const kept = pile[low];
        pile[low] = pile[high];
        pile[high] = kept;
      }
      turns++;
    }
    if (turns > most) most = turns;
    sum += even ? turns : -turns;
    even = !even;
    // The next order: rotate a prefix, and a longer one each time a shorter has come round.
    for (let i = 1; ; i++) {
      if (i === n) return [sum, most];
      const first = order[0];
      for (let j = 0; j < i; j++) order[j] = order[j + 1];
      order[i] = first;
      if (--left[i] > 0) break;
      left[i] = i + 1;
    }
  }
}

console.log(fannkuch(n).join(' '));
