// What a preview's page may have of the server of another port: what a browser lets it have of another origin
// (https://fetch.spec.whatwg.org/#http-cors-protocol). It is checked here, not in the preview's service worker: any page of that
// origin can speak in its name.

const SIMPLE_METHODS = new Set(['GET', 'HEAD', 'POST']);
const SIMPLE_TYPES = new Set(['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']);
/** Fields that pages may set without being asked about, and those that are the browser's. */
const SAFE = new Set(['accept', 'accept-language', 'content-language', 'range', 'last-event-id', 'user-agent',
  'upgrade-insecure-requests', 'priority', 'save-data', 'dnt', 'purpose']);
/** Of an answer without Access-Control-Expose-Headers: what pages see, and what the browser has to know. */
const EXPOSED = new Set(['cache-control', 'content-language', 'content-length', 'content-type', 'expires', 'last-modified', 'pragma',
  'content-encoding', 'content-range', 'accept-ranges', 'location']);
/** What elements show or run of other origins. All else they cannot use, and it might be read. */
const EMBEDDED = /^\s*(image\/|audio\/|video\/|font\/|text\/css|text\/vtt|(text|application)\/(x-)?(java|ecma)script)/i;

const list = (value) => (value ?? '').split(',').map((each) => each.trim().toLowerCase()).filter(Boolean);

/** Names in lower case and values of a text that has a NUL behind each; of equal names, all values. */
function fieldsOf(texts) {
  const fields = new Map();
  for (let i = 0; i + 1 < texts.length; i += 2) {
    const name = texts[i].toLowerCase();
    fields.set(name, fields.has(name) ? `${fields.get(name)}, ${texts[i + 1]}` : texts[i + 1]);
  }
  return fields;
}

export class CrossOrigin {
  #origin;
  #head;
  #mode;
  /** Names of fields that the server is asked about. */
  #unsafe;

  /**
   * @param {string} origin the page's, as its server knows it
   * @param {{method: string, target: string, fields: string, withCookies: boolean}} head of the request
   * @param {string} mode the request's: `cors` or `no-cors`
   */
  constructor(origin, head, mode) {
    this.#origin = origin;
    this.#head = head;
    this.#mode = mode;
    const fields = fieldsOf(head.fields.split('\0'));
    const isEvents = fields.get('accept')?.includes('text/event-stream');
    this.#unsafe = [...fields.keys()].filter((name) => (name === 'content-type'
      ? !SIMPLE_TYPES.has(fields.get(name).split(';', 1)[0].trim().toLowerCase())
      : !(SAFE.has(name) || name.startsWith('sec-') || (isEvents && name === 'cache-control')))).sort();
  }

  /** Why the request is not even sent, or undefined. */
  get refusal() {
    if (this.#mode === 'cors') return undefined;
    return this.#mode === 'no-cors' && !this.preflight ? undefined : 'The server of another port can only be asked as another origin (mode "cors").';
  }

  /** The head of the request that asks the server whether it wants this one; undefined if it is one of those that need no asking. */
  get preflight() {
    const { method, target } = this.#head;
    if (SIMPLE_METHODS.has(method) && this.#unsafe.length === 0) return undefined;
    const names = this.#unsafe.length > 0 ? `Access-Control-Request-Headers\0${this.#unsafe.join(',')}\0` : '';
    return { method: 'OPTIONS', target, fields: `Accept\0*/*\0Access-Control-Request-Method\0${method}\0${names}`, withCookies: false };
  }

  /** What is wrong with the answer to {@link preflight}, or undefined. */
  preflightProblem(status, text) {
    const fields = fieldsOf(text.split('\0').slice(1));
    const { method, withCookies } = this.#head;
    const allows = (name, value) => list(fields.get(name)).some((each) => each === value || (each === '*' && !withCookies && value !== 'authorization'));
    const problem = this.#problem(fields);
    if (problem) return `${problem} (in the answer to OPTIONS, which asks whether the request is wanted)`;
    if (status < 200 || status > 299) return `the server answers ${status} to OPTIONS, which asks whether the request is wanted`;
    if (!SIMPLE_METHODS.has(method) && !allows('access-control-allow-methods', method.toLowerCase())) {
      return `Access-Control-Allow-Methods does not have ${method}`;
    }
    const name = this.#unsafe.find((each) => !allows('access-control-allow-headers', each));
    return name && `Access-Control-Allow-Headers does not have ${name}`;
  }

  #problem(fields) {
    const allowed = fields.get('access-control-allow-origin');
    if (allowed === '*' && !this.#head.withCookies) return undefined;
    if (allowed === undefined) return 'its answer has no Access-Control-Allow-Origin';
    if (allowed !== this.#origin) {
      return `its Access-Control-Allow-Origin is ${allowed}, which is not ${allowed === '*' ? 'enough for a request with cookies' : this.#origin}`;
    }
    return !this.#head.withCookies || fields.get('access-control-allow-credentials') === 'true' ? undefined
      : 'the request has cookies, and its answer no Access-Control-Allow-Credentials: true';
  }

  /**
   * What the page gets of an answer's head.
   *
   * @returns {{problem?: string, text?: string, isHidden?: boolean}} `isHidden`: nothing of the content
   */
  passed(text) {
    const [reason, ...texts] = text.split('\0');
    const fields = fieldsOf(texts);
    const isCors = this.#mode === 'cors';
    const problem = isCors ? this.#problem(fields)
      : fields.get('cross-origin-resource-policy') === 'same-origin' ? 'its Cross-Origin-Resource-Policy is same-origin' : undefined;
    if (problem) return { problem };
    const more = list(isCors ? fields.get('access-control-expose-headers') : '');
    const all = more.includes('*') && !this.#head.withCookies;
    let kept = `${reason}\0`;
    for (let i = 0; i + 1 < texts.length; i += 2) {
      const name = texts[i].toLowerCase();
      if (name !== 'set-cookie' && (all || EXPOSED.has(name) || more.includes(name))) kept += `${texts[i]}\0${texts[i + 1]}\0`;
    }
    return { text: kept, isHidden: !isCors && !EMBEDDED.test(fields.get('content-type') ?? '') };
  }
}
