// node:querystring

export const escape = text => encodeURIComponent(text);

export function unescape(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, part => {
      try { return decodeURIComponent(part); } catch { return '\ufffd'; }
    });
  }
}

export function parse(text, between = '&', equals = '=', { decodeURIComponent: decode = unescape, maxKeys = 1000 } = {}) {
  const result = Object.create(null);
  if (typeof text !== 'string' || !text) return result;
  const parts = text.split(between);
  for (const part of maxKeys > 0 ? parts.slice(0, maxKeys) : parts) {
    if (!part) continue;
    const at = part.indexOf(equals);
    const [key, value] = (at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + equals.length)]).map(one => decode(one.replaceAll('+', ' ')));
    if (key in result) result[key] = [].concat(result[key], value);
    else result[key] = value;
  }
  return result;
}

export function stringify(object, between = '&', equals = '=', { encodeURIComponent: encode = escape } = {}) {
  if (object === null || typeof object !== 'object') return '';
  const text = value => (['string', 'number', 'bigint', 'boolean'].includes(typeof value) && (typeof value !== 'number' || isFinite(value)) ? encode(String(value)) : '');
  return Object.entries(object).flatMap(([key, value]) => [].concat(value).map(one => encode(key) + equals + text(one))).join(between);
}

export { parse as decode, stringify as encode };
export default { parse, stringify, escape, unescape, decode: parse, encode: stringify };
