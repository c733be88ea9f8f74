// Intl, which QuickJS has not, for English: other languages get that, as ECMA-402 has it for those that are not there. Times are
// UTC's, the one time zone here.

const LOCALES = ['en-US', 'en-GB', 'en-CA', 'en'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const CURRENCIES = { USD: '$', EUR: '€', GBP: '£', JPY: '¥', INR: '₹', KRW: '₩', CNY: 'CN¥', BRL: 'R$', CAD: 'CA$', AUD: 'A$', MXN: 'MX$', NZD: 'NZ$', ILS: '₪', VND: '₫', TWD: 'NT$', HKD: 'HK$' };
const WITHOUT_CENTS = new Set(['JPY', 'KRW', 'VND', 'CLP', 'ISK']);

function localeOf(asked) {
  for (const each of [asked ?? []].flat()) {
    if (typeof each !== 'string' && typeof each !== 'object') throw new TypeError(`A locale is a text, not ${typeof each}`);
    if (!/^[a-z]{2,8}([-_][a-z\d]{1,8})*$/i.test(each)) throw new RangeError(`Incorrect locale information provided: ${each}`);
    const found = LOCALES.find(locale => locale.toLowerCase() === String(each).toLowerCase());
    if (found) return found;
    if (/^en\b/i.test(each)) return 'en';
  }
  return 'en-US';
}

class Service {
  #options;
  constructor(locales, options) {
    this.locale = localeOf(locales);
    this.#options = options;
  }
  resolvedOptions() { return { locale: this.locale, ...this.#options }; }
  static supportedLocalesOf(locales) { return [locales ?? []].flat().filter(each => /^en\b/i.test(each)); }
}

/** What `new` makes, or a plain call; `format` and the like can be taken from it and called alone. */
function service(Class) {
  const make = function (...args) { return new Class(...args); };
  make.prototype = Class.prototype;
  Object.defineProperty(Class.prototype, 'constructor', { value: make, writable: true, configurable: true });
  make.supportedLocalesOf = Class.supportedLocalesOf;
  Object.defineProperty(make, 'name', { value: Class.name });
  return make;
}

function digits(options, name, least, most, otherwise) {
  const value = options[name] === undefined ? otherwise : Number(options[name]);
  if (value !== undefined && !(value >= least && value <= most)) throw new RangeError(`${name} value is out of range.`);
  return value === undefined ? undefined : Math.floor(value);
}

class NumberFormat extends Service {
  #o;
  constructor(locales, options = {}) {
    const { style = 'decimal', currency, currencyDisplay = 'symbol', unit, notation = 'standard', useGrouping = true, signDisplay = 'auto' } = options;
    if (style === 'currency' && !/^[a-z]{3}$/i.test(currency ?? '')) throw new TypeError('Currency code is required with currency style.');
    const [low, high] = style === 'currency' ? (WITHOUT_CENTS.has(currency.toUpperCase()) ? [0, 0] : [2, 2]) : style === 'percent' || notation === 'compact' ? [0, 0] : [0, 3];
    const most = digits(options, 'maximumFractionDigits', 0, 100), least = digits(options, 'minimumFractionDigits', 0, 100, Math.min(low, most ?? low));
    const resolved = {
      numberingSystem: 'latn', style, currency: currency?.toUpperCase(), currencyDisplay, unit, notation, useGrouping, signDisplay,
      minimumIntegerDigits: digits(options, 'minimumIntegerDigits', 1, 21, 1), minimumFractionDigits: least, maximumFractionDigits: most ?? Math.max(high, least),
      maximumSignificantDigits: digits(options, 'maximumSignificantDigits', 1, 21), minimumSignificantDigits: digits(options, 'minimumSignificantDigits', 1, 21),
    };
    if (resolved.maximumFractionDigits < least) throw new RangeError('maximumFractionDigits value is out of range.');
    super(locales, resolved);
    this.#o = resolved;
    this.format = value => this.#format(value);
  }

  #format(value) {
    const o = this.#o;
    const exact = typeof value === 'bigint' ? value : Number(value);
    const minus = exact < 0 || Object.is(exact, -0);
    const sign = o.signDisplay === 'never' ? '' : minus ? '-' : o.signDisplay === 'always' || (o.signDisplay === 'exceptZero' && exact != 0) ? '+' : '';
    const text = this.#plain(minus ? -exact : exact);
    if (o.style === 'percent') return `${sign}${text}%`;
    if (o.style === 'unit') return `${sign}${text} ${o.unit}`;
    if (o.style !== 'currency') return sign + text;
    if (o.currencyDisplay === 'name') return `${sign}${text} ${o.currency}`;
    const symbol = o.currencyDisplay === 'code' ? undefined : o.currencyDisplay === 'narrowSymbol' ? CURRENCIES[o.currency]?.replace(/^[A-Z]+/, '') : CURRENCIES[o.currency];
    return `${sign}${symbol ?? `${o.currency}\u00a0`}${text}`;
  }

  #plain(value) {
    const o = this.#o;
    if (Number.isNaN(value)) return 'NaN';
    if (value === Infinity) return '∞';
    if (o.style === 'percent') value = typeof value === 'bigint' ? value * 100n : hundredfold(value);
    let ending = '';
    if (o.notation === 'compact' && value >= 1000) {
      const step = Math.min(4, Math.floor(Math.log10(Number(value)) / 3));
      value = Number(value) / 1000 ** step;
      ending = ' KMBT'[step];
    }
    let text;
    if (o.maximumSignificantDigits ?? o.minimumSignificantDigits) {
      text = expanded(Number(value).toPrecision(o.maximumSignificantDigits ?? 21));
      if (o.maximumSignificantDigits && text.includes('.') && !o.minimumSignificantDigits) text = text.replace(/\.?0+$/, '');
    } else if (typeof value === 'bigint') {
      text = String(value) + (o.minimumFractionDigits ? `.${'0'.repeat(o.minimumFractionDigits)}` : '');
    } else {
      const most = o.notation === 'compact' && value < 9.95 && ending ? Math.max(1, o.maximumFractionDigits) : o.maximumFractionDigits;
      text = expanded(value < 1e21 ? rounded(value, most) : String(value));
      while (text.includes('.') && text.endsWith('0') && text.length - text.indexOf('.') - 1 > o.minimumFractionDigits) text = text.slice(0, -1);
      text = text.replace(/\.$/, '');
      const missing = o.minimumFractionDigits - (text.includes('.') ? text.length - text.indexOf('.') - 1 : 0);
      if (missing > 0) text += (text.includes('.') ? '' : '.') + '0'.repeat(missing);
    }
    let [whole, fraction] = text.split('.');
    whole = whole.padStart(o.minimumIntegerDigits, '0');
    if (o.useGrouping && o.useGrouping !== 'false') whole = whole.replace(/\B(?=(\d{3})+$)/g, ',');
    return (fraction === undefined ? whole : `${whole}.${fraction}`) + ending;
  }

  formatToParts(value) {
    return [...this.format(value).matchAll(/([\d]+)|(,)|(\.)|(%)|(-)|([^\d,.%-]+)/g)].map(([text, number, group, point, percent, minus], i, all) => ({
      type: number ? (all.slice(0, i).some(([before]) => before === '.') ? 'fraction' : 'integer') : group ? 'group' : point ? 'decimal' : percent ? 'percentSign' : minus ? 'minusSign' : 'currency', value: text,
    }));
  }
}

/** Half away from zero, of the decimal digits that the number is written with: 1.005 is 1.01. */
function rounded(value, most) {
  const text = expanded(String(value)), at = text.indexOf('.');
  if (at < 0 || text.length - at - 1 <= most) return text;
  const kept = BigInt(text.slice(0, at) + text.slice(at + 1, at + 1 + most)) + (text[at + 1 + most] >= '5' ? 1n : 0n);
  const all = String(kept).padStart(most + 1, '0');
  return most ? `${all.slice(0, -most)}.${all.slice(-most)}` : all;
}

/** By its digits: 1.005 is 100.5, not 100.49999999999999. */
function hundredfold(value) {
  const [digit, exponent = 0] = String(value).split('e');
  return Number(`${digit}e${Number(exponent) + 2}`);
}

/** A number's text without an exponent. */
function expanded(text) {
  const [, whole, fraction = '', exponent] = /^(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const all = whole + fraction, point = whole.length + Number(exponent);
  return point <= 0 ? `0.${'0'.repeat(-point)}${all}` : point >= all.length ? all.padEnd(point, '0') : `${all.slice(0, point)}.${all.slice(point)}`;
}

const DATE = ['weekday', 'era', 'year', 'month', 'day'], TIME = ['dayPeriod', 'hour', 'minute', 'second', 'fractionalSecondDigits'];
const STYLES = {
  date: { full: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }, long: { year: 'numeric', month: 'long', day: 'numeric' }, medium: { year: 'numeric', month: 'short', day: 'numeric' }, short: { year: '2-digit', month: 'numeric', day: 'numeric' } },
  time: { full: { hour: 'numeric', minute: '2-digit', second: '2-digit', timeZoneName: 'long' }, long: { hour: 'numeric', minute: '2-digit', second: '2-digit', timeZoneName: 'short' }, medium: { hour: 'numeric', minute: '2-digit', second: '2-digit' }, short: { hour: 'numeric', minute: '2-digit' } },
};

class DateTimeFormat extends Service {
  #o;
  /** @param {'date' | 'time' | 'any'} [defaults] what is shown if the options ask for nothing */
  constructor(locales, options = {}, defaults = 'date') {
    const { timeZone = 'UTC', dateStyle, timeStyle, timeZoneName } = options;
    if (!/^(utc|gmt|etc\/utc|etc\/gmt)$/i.test(timeZone)) throw new RangeError(`Time zone ${timeZone} is not there: this JavaScript has UTC alone`);
    const has = names => names.some(name => options[name] !== undefined);
    let parts = Object.fromEntries([...DATE, ...TIME].filter(name => options[name] !== undefined).map(name => [name, options[name]]));
    if (dateStyle || timeStyle) parts = { ...dateStyle && STYLES.date[dateStyle], ...timeStyle && STYLES.time[timeStyle] };
    else {
      if (defaults !== 'time' && !has(defaults === 'any' ? [...DATE, ...TIME] : defaults === 'date' && arguments.length > 2 ? DATE : [...DATE, ...TIME])) Object.assign(parts, { year: 'numeric', month: 'numeric', day: 'numeric' });
      if (defaults === 'any' ? !has([...DATE, ...TIME]) : defaults === 'time' && !has(TIME)) Object.assign(parts, { hour: 'numeric', minute: '2-digit', second: '2-digit' });
    }
    if (timeZoneName) parts.timeZoneName = timeZoneName;
    const hour12 = options.hour12 ?? (options.hourCycle ? /^h1/.test(options.hourCycle) : !/GB/.test(localeOf(locales)));
    super(locales, { calendar: 'gregory', numberingSystem: 'latn', timeZone: 'UTC', ...'hour' in parts && { hour12, hourCycle: hour12 ? 'h12' : 'h23' }, ...dateStyle && { dateStyle }, ...timeStyle && { timeStyle }, ...!dateStyle && !timeStyle && parts });
    if (dateStyle === 'short' && this.locale === 'en-GB') parts.year = 'numeric';
    this.#o = { ...parts, hour12, joined: dateStyle === 'full' || dateStyle === 'long' ? ' at ' : ', ' };
    this.format = date => this.#format(date);
  }

  #format(when) {
    const date = when === undefined ? new Date() : new Date(when);
    if (Number.isNaN(date.getTime())) throw new RangeError('Invalid time value');
    const o = this.#o, two = number => String(number).padStart(2, '0');
    const shown = (number, how) => (how === '2-digit' ? two(number % 100) : String(number));
    const year = o.year && shown(date.getUTCFullYear(), o.year), day = o.day && shown(date.getUTCDate(), o.day), number = date.getUTCMonth() + 1;
    const weekday = o.weekday && DAYS[date.getUTCDay()].slice(0, { short: 3, narrow: 1 }[o.weekday]);
    const isName = o.month && !/^(numeric|2-digit)$/.test(o.month);
    const isBritish = this.locale === 'en-GB';
    let text;
    if (isName) {
      const month = MONTHS[number - 1].slice(0, { short: 3, narrow: 1 }[o.month]);
      const words = isBritish ? [day, month, year].filter(Boolean).join(' ') : [[month, day].filter(Boolean).join(' '), year].filter(Boolean).join(day ? ', ' : ' ');
      text = [weekday, words].filter(Boolean).join(isBritish && !day ? ' ' : ', ');
    } else {
      const wide = isBritish && (day || year) && o.month || this.locale === 'en-CA' && year && o.month ? '2-digit' : o.month;
      const parts = [o.month && shown(number, wide), day && (wide === '2-digit' ? two(date.getUTCDate()) : day)];
      if (isBritish) parts.reverse();
      const numbers = this.locale === 'en-CA' && year ? [year, ...parts].filter(Boolean).join('-') : [...parts, year].filter(Boolean).join('/');
      text = [weekday, numbers].filter(Boolean).join(', ');
    }
    return [text, this.#time(date, two)].filter(Boolean).join(o.joined);
  }

  #time(date, two) {
    const o = this.#o, hours = date.getUTCHours();
    const parts = [];
    if (o.hour) parts.push(o.hour12 ? (o.hour === '2-digit' ? two(hours % 12 || 12) : hours % 12 || 12) : o.minute || o.hour === '2-digit' || !o.second ? two(hours) : hours);
    if (o.minute) parts.push(o.hour || o.second || o.minute === '2-digit' ? two(date.getUTCMinutes()) : date.getUTCMinutes());
    if (o.second) parts.push(o.minute || o.second === '2-digit' ? two(date.getUTCSeconds()) : date.getUTCSeconds());
    let text = parts.join(':');
    if (o.fractionalSecondDigits) text += `.${String(date.getUTCMilliseconds()).padStart(3, '0').slice(0, o.fractionalSecondDigits)}`;
    if (o.hour && o.hour12) text += this.locale === 'en-CA' ? (hours < 12 ? ' a.m.' : ' p.m.') : this.locale === 'en-GB' ? (hours < 12 ? ' am' : ' pm') : hours < 12 ? ' AM' : ' PM';
    return o.timeZoneName ? `${text} ${o.timeZoneName === 'long' ? 'Coordinated Universal Time' : 'UTC'}` : text;
  }

  formatToParts(when) {
    const date = new Date(when ?? Date.now()), o = this.#o, names = ['month', 'day', 'year', 'hour', 'minute', 'second'];
    const order = this.locale === 'en-GB' ? ['day', 'month', ...names.slice(2)] : this.locale === 'en-CA' && o.year ? ['year', 'month', 'day', ...names.slice(3)] : names;
    const left = order.filter(name => o[name]);
    return [...this.format(date).matchAll(/[A-Za-z.]{2,}|\d+|[^A-Za-z\d]+|[A-Za-z]/g)].map(([value]) => {
      if (DAYS.some(name => o.weekday && name.startsWith(value))) return { type: 'weekday', value };
      if (/^[ap]\.?m/i.test(value)) return { type: 'dayPeriod', value };
      if (/^[A-Za-z]/.test(value)) return MONTHS.some(name => name.startsWith(value)) ? { type: left.splice(left.indexOf('month'), 1)[0], value } : { type: value === 'UTC' ? 'timeZoneName' : 'literal', value };
      return /^\d/.test(value) ? { type: left.shift() ?? 'fractionalSecond', value } : { type: 'literal', value };
    });
  }
}

const bare = text => (/^[\x00-\x7f]*$/.test(text) ? text : text.normalize('NFD').replace(/\p{M}/gu, ''));

class Collator extends Service {
  constructor(locales, options = {}) {
    const { numeric = false, sensitivity = 'variant', caseFirst = 'false', usage = 'sort' } = options;
    super(locales, { usage, sensitivity, ignorePunctuation: false, collation: 'default', numeric, caseFirst });
    this.compare = (a, b) => compare(String(a), String(b), numeric, sensitivity);
  }
}

const PLAIN = /^[\dA-Za-z]*$/;

/** Letters first, then accents, then case, the small one first. */
function compare(a, b, numeric, sensitivity) {
  if (!numeric && PLAIN.test(a) && PLAIN.test(b)) return ordered(a.toLowerCase(), b.toLowerCase()) || (/base|accent/.test(sensitivity) ? 0 : -ordered(a, b));
  const [x, y] = [bare(a).toLowerCase(), bare(b).toLowerCase()];
  const first = numeric ? byNumbers(x, y) : ordered(weighted(x), weighted(y));
  if (first || sensitivity === 'base') return first;
  const accents = sensitivity === 'case' ? 0 : ordered(a.normalize('NFD').toLowerCase(), b.normalize('NFD').toLowerCase());
  return accents || (sensitivity === 'accent' ? 0 : -ordered(bare(a), bare(b)));
}

const ordered = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** Spaces and signs come before digits, digits before letters. */
const weighted = text => text.replace(/[^\p{L}\p{N}]/gu, sign => `\0${sign}`);

function byNumbers(a, b) {
  const [x, y] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const both = /^\d/.test(x[i]) && /^\d/.test(y[i]);
    const order = both ? Number(x[i]) - Number(y[i]) : ordered(weighted(x[i]), weighted(y[i]));
    if (order) return Math.sign(order);
  }
  return Math.sign(x.length - y.length);
}

class PluralRules extends Service {
  #ordinal;
  constructor(locales, { type = 'cardinal' } = {}) {
    super(locales, { type, pluralCategories: type === 'ordinal' ? ['few', 'one', 'two', 'other'] : ['one', 'other'] });
    this.#ordinal = type === 'ordinal';
  }
  select(number) {
    if (!this.#ordinal) return number === 1 ? 'one' : 'other';
    const [ten, hundred] = [number % 10, number % 100];
    return hundred > 10 && hundred < 14 ? 'other' : ({ 1: 'one', 2: 'two', 3: 'few' })[ten] ?? 'other';
  }
}

class ListFormat extends Service {
  #word;
  constructor(locales, { type = 'conjunction', style = 'long' } = {}) {
    super(locales, { type, style });
    this.#word = type === 'unit' ? '' : type === 'disjunction' ? 'or' : 'and';
  }
  format(list) {
    const all = [...list], word = this.#word;
    if (all.length < 2) return all.join('');
    const last = all.pop();
    return all.length === 1 ? `${all[0]} ${word}${word && ' '}${last}` : `${all.join(', ')}, ${word}${word && ' '}${last}`;
  }
}

class RelativeTimeFormat extends Service {
  #auto;
  constructor(locales, { numeric = 'always', style = 'long' } = {}) {
    super(locales, { numeric, style });
    this.#auto = numeric === 'auto';
  }
  format(value, unit) {
    const name = String(unit).replace(/s$/, ''), size = Math.abs(value), past = value < 0 || Object.is(value, -0);
    if (!/^(second|minute|hour|day|week|month|quarter|year)$/.test(name)) throw new RangeError(`Invalid unit argument for format() '${unit}'`);
    if (this.#auto && name === 'day' && size < 2) return past && size ? 'yesterday' : size ? 'tomorrow' : 'today';
    if (this.#auto && size === 0) return name === 'second' ? 'now' : `this ${name}`;
    if (this.#auto && size === 1 && /week|month|quarter|year/.test(name)) return `${past ? 'last' : 'next'} ${name}`;
    const text = `${new NumberFormat('en').format(size)} ${name}${size === 1 ? '' : 's'}`;
    return past ? `${text} ago` : `in ${text}`;
  }
}

const SIGN = '(?:\\p{Extended_Pictographic}[\\p{Emoji_Modifier}\\ufe0f]?)';
const SEGMENTS = {
  grapheme: new RegExp(`\\r\\n|\\p{Regional_Indicator}{2}|(?:${SIGN}(?:\\u200d${SIGN})*|[^])[\\p{M}\\u200d\\ufe0f]*`, 'gu'),
  word: /[\p{L}\p{N}\p{M}_]+(?:['’.][\p{L}\p{N}\p{M}_]+)*|[^]/gu,
  sentence: /[^.!?]+[.!?]*\s*|[.!?]+\s*/gu,
};

/** By simple rules: what is one character for a reader, one word, one sentence. */
class Segmenter extends Service {
  #granularity;
  constructor(locales, { granularity = 'grapheme' } = {}) {
    if (!Object.hasOwn(SEGMENTS, granularity)) throw new RangeError(`Value ${granularity} out of range for Intl.Segmenter options property granularity`);
    super(locales, { granularity });
    this.#granularity = granularity;
  }
  segment(input) {
    const text = String(input), isWord = this.#granularity === 'word';
    const all = () => text.matchAll(SEGMENTS[this.#granularity]).map(({ 0: segment, index }) => ({ segment, index, input: text, ...isWord && { isWordLike: /[\p{L}\p{N}]/u.test(segment) } }));
    return { containing: (at = 0) => all().find(({ index, segment }) => at >= index && at < index + segment.length), [Symbol.iterator]: all };
  }
}

export const Intl = Object.defineProperty({
  NumberFormat: service(NumberFormat), DateTimeFormat: service(DateTimeFormat), Collator: service(Collator), PluralRules: service(PluralRules),
  ListFormat: service(ListFormat), RelativeTimeFormat: service(RelativeTimeFormat), Segmenter: service(Segmenter), getCanonicalLocales: locales => [locales ?? []].flat(),
}, Symbol.toStringTag, { value: 'Intl' });

const dated = defaults => function (locales, options) {
  return Number.isNaN(this.getTime()) ? 'Invalid Date' : new DateTimeFormat(locales, options, defaults).format(this);
};

/** What toLocaleString and its like are to be, by prototype. */
export const localized = {
  Number: { toLocaleString(locales, options) { return new NumberFormat(locales, options).format(Number(this)); } },
  BigInt: { toLocaleString(locales, options) { return new NumberFormat(locales, options).format(BigInt(this)); } },
  Date: { toLocaleString: dated('any'), toLocaleDateString: dated('date'), toLocaleTimeString: dated('time') },
  String: { localeCompare(other, locales, options) { return locales || options ? new Collator(locales, options).compare(this, other) : compare(String(this), String(other)); } },
};
