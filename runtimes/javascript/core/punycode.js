// Names of hosts that are not ASCII: RFC 3492.

const BASE = 36, T_MIN = 1, T_MAX = 26, SKEW = 38, DAMP = 700, BIAS = 72, FIRST = 128;

function adapt(delta, points, first) {
  delta = first ? Math.floor(delta / DAMP) : delta >> 1;
  delta += Math.floor(delta / points);
  let k = 0;
  for (; delta > (BASE - T_MIN) * T_MAX >> 1; k += BASE) delta = Math.floor(delta / (BASE - T_MIN));
  return k + Math.floor((BASE - T_MIN + 1) * delta / (delta + SKEW));
}

const threshold = (k, bias) => Math.min(Math.max(k - bias, T_MIN), T_MAX);
const digit = value => String.fromCharCode(value + (value < 26 ? 97 : 22));

export const ucs2 = {
  decode: text => Array.from(text, character => character.codePointAt(0)),
  encode: points => String.fromCodePoint(...points),
};

export function encode(text) {
  const points = ucs2.decode(text);
  let result = points.filter(point => point < FIRST).map(point => String.fromCharCode(point)).join('');
  const basic = result.length;
  if (basic) result += '-';
  let n = FIRST, delta = 0, bias = BIAS;
  for (let done = basic; done < points.length; n++, delta++) {
    const next = Math.min(...points.filter(point => point >= n));
    delta += (next - n) * (done + 1);
    n = next;
    for (const point of points) {
      if (point < n) delta++;
      if (point !== n) continue;
      let rest = delta;
      for (let k = BASE; ; k += BASE) {
        const t = threshold(k, bias);
        if (rest < t) break;
        result += digit(t + (rest - t) % (BASE - t));
        rest = Math.floor((rest - t) / (BASE - t));
      }
      result += digit(rest);
      bias = adapt(delta, done + 1, done === basic);
      delta = 0;
      done++;
    }
  }
  return result;
}

export function decode(text) {
  const end = text.lastIndexOf('-');
  const points = ucs2.decode(end > 0 ? text.slice(0, end) : '');
  let n = FIRST, i = 0, bias = BIAS;
  for (let at = end > 0 ? end + 1 : 0; at < text.length;) {
    const before = i;
    for (let weight = 1, k = BASE; ; k += BASE) {
      const value = at < text.length ? parseInt(text[at++], 36) : NaN;
      if (Number.isNaN(value)) throw new RangeError('Invalid input');
      const amount = value < 10 ? value + 26 : value - 10;
      i += amount * weight;
      const t = threshold(k, bias);
      if (amount < t) break;
      weight *= BASE - t;
    }
    bias = adapt(i - before, points.length + 1, before === 0);
    n += Math.floor(i / (points.length + 1));
    if (n > 0x10ffff) throw new RangeError('Invalid input');
    i %= points.length + 1;
    points.splice(i++, 0, n);
  }
  return ucs2.encode(points);
}

const labels = (domain, change) => domain.replace(/[\u3002\uff0e\uff61]/g, '.').split('.').map(change).join('.');

export const toASCII = domain => labels(domain, label => (/[^\0-\x7f]/.test(label) ? `xn--${encode(label)}` : label));
export const toUnicode = domain => labels(domain, label => (label.startsWith('xn--') ? decode(label.slice(4).toLowerCase()) : label));
