/*
 * Runs first in each document of a preview: what a service worker cannot do for its pages. It is a convenience of the
 * preview and no wall: a page that works around it reaches nothing more.
 */
(() => {
  document.currentScript?.remove();
  const workers = navigator.serviceWorker;
  if (!workers || window.__samovarShim) return;
  Object.defineProperty(window, '__samovarShim', { value: true });
  /* addresses.js */
  const tell = (message, transfer = []) => workers.controller?.postMessage(message, transfer);

  /** Gives a class the properties onopen, onmessage, … */
  function handlers(type, ...kinds) {
    const given = new WeakMap();
    for (const kind of kinds) {
      const of = (target) => given.get(target)?.[kind];
      Object.defineProperty(type.prototype, `on${kind}`, {
        get() {
          return of(this)?.function ?? null;
        },
        set(value) {
          const old = of(this);
          if (old) this.removeEventListener(kind, old.listener);
          const handler = typeof value === 'function' ? { function: value, listener: (event) => value.call(this, event) } : null;
          given.set(this, { ...given.get(this), [kind]: handler });
          if (handler) this.addEventListener(kind, handler.listener);
        },
        configurable: true,
        enumerable: true,
      });
    }
  }

  // --- WebSocket: to servers of this OS by way of the kernel; to others as always.

  const Native = window.WebSocket;
  const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
  const fail = (words, name) => {
    throw new DOMException(`Failed to construct 'WebSocket': ${words}`, name);
  };

  class PreviewWebSocket extends EventTarget {
    #port;
    #url;
    #state = 0;
    #protocol = '';
    #buffered = 0;
    #binaryType = 'blob';
    #sending = null;

    static [Symbol.hasInstance](value) {
      return value instanceof Native || (typeof value === 'object' && value !== null && #port in value);
    }

    constructor(address, protocols = []) {
      super();
      let url;
      try {
        url = new URL(address, document.baseURI);
      } catch {
        fail(`The URL '${address}' is invalid.`, 'SyntaxError');
      }
      if (url.protocol === 'http:') url.protocol = 'ws:';
      if (url.protocol === 'https:') url.protocol = 'wss:';
      const port = osPort(url, location);
      if (port === 0) return new Native(address, protocols);
      url.hash = '';
      const list = (Array.isArray(protocols) ? protocols : [protocols]).map(String);
      if (list.some((each, i) => !TOKEN.test(each) || list.indexOf(each) !== i)) {
        fail(`The subprotocol list is invalid.`, 'SyntaxError');
      }
      this.#url = url.href;
      const { port1, port2 } = new MessageChannel();
      this.#port = port1;
      port1.onmessage = ({ data }) => this.#hear(data);
      addEventListener('pagehide', this.#leave);
      if (workers.controller) tell(['websocket', { port, url: url.pathname + url.search, protocols: list, headers: [] }], [port2]);
      else setTimeout(() => this.#end(1006, '', false, true));
    }

    get url() { return this.#url; }
    get readyState() { return this.#state; }
    get protocol() { return this.#protocol; }
    get extensions() { return ''; }
    get bufferedAmount() { return this.#buffered; }
    get binaryType() { return this.#binaryType; }
    set binaryType(type) {
      if (type === 'blob' || type === 'arraybuffer') this.#binaryType = type;
    }

    send(data) {
      if (this.#state === 0) throw new DOMException(`Failed to execute 'send' on 'WebSocket': Still in CONNECTING state.`, 'InvalidStateError');
      const blob = data instanceof Blob;
      const bytes = blob ? data : ArrayBuffer.isView(data)
        ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
        : data instanceof ArrayBuffer ? new Uint8Array(data.slice(0)) : String(data);
      this.#buffered += typeof bytes === 'string' ? new TextEncoder().encode(bytes).length : blob ? bytes.size : bytes.length;
      if (this.#state !== 1) return;
      // A Blob is read before it is sent, and nothing overtakes it.
      if (blob || this.#sending) {
        const sending = (this.#sending ?? Promise.resolve())
          .then(() => (blob ? bytes.arrayBuffer().then((buffer) => new Uint8Array(buffer)) : bytes))
          .then((ready) => this.#post(ready))
          .finally(() => {
            if (this.#sending === sending) this.#sending = null;
          });
        this.#sending = sending;
      } else {
        this.#post(bytes);
      }
    }

    #post(data) {
      this.#port.postMessage(['send', data], typeof data === 'string' ? [] : [data.buffer]);
    }

    close(code, reason = '') {
      if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
        throw new DOMException(`Failed to execute 'close' on 'WebSocket': The close code must be either 1000, or between 3000 and 4999.`, 'InvalidAccessError');
      }
      if (new TextEncoder().encode(reason).length > 123) {
        throw new DOMException(`Failed to execute 'close' on 'WebSocket': The message must not be greater than 123 bytes.`, 'SyntaxError');
      }
      if (this.#state > 1) return;
      this.#state = 2;
      const end = () => this.#port.postMessage(['close', code, String(reason)]);
      if (this.#sending) this.#sending.then(end);
      else end();
    }

    #leave = () => this.#port.postMessage(['close', 1001, '']);

    #hear([kind, value, reason, clean]) {
      if (kind === 'open' && this.#state === 0) {
        this.#state = 1;
        this.#protocol = value ?? '';
        this.#emit(new Event('open'));
      } else if (kind === 'message' && this.#state === 1) {
        const data = typeof value === 'string' ? value
          : this.#binaryType === 'blob' ? new Blob([value])
            : value.byteLength === value.buffer.byteLength ? value.buffer : value.slice().buffer;
        this.#emit(new MessageEvent('message', { data, origin: new URL(this.#url).origin }));
      } else if (kind === 'sent') {
        this.#buffered -= value;
      } else if (kind === 'close') {
        this.#end(value ?? 1005, reason ?? '', Boolean(clean), !clean);
      }
    }

    #end(code, reason, wasClean, error) {
      if (this.#state === 3) return;
      this.#state = 3;
      removeEventListener('pagehide', this.#leave);
      this.#port.close();
      if (error) this.#emit(new Event('error'));
      this.#emit(new CloseEvent('close', { code, reason, wasClean }));
    }

    #emit(event) {
      this.dispatchEvent(event);
    }

    static {
      handlers(this, 'open', 'message', 'error', 'close');
      ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'].forEach((name, value) => {
        Object.defineProperty(this, name, { value, enumerable: true });
        Object.defineProperty(this.prototype, name, { value, enumerable: true });
      });
      Object.defineProperty(this, 'name', { value: 'WebSocket' });
      Object.defineProperty(this.prototype, Symbol.toStringTag, { value: 'WebSocket', configurable: true });
    }
  }
  window.WebSocket = PreviewWebSocket;

  // --- EventSource: Chromium's own gives up for good when the service worker is stopped by force in the middle.

  const NativeSource = window.EventSource;

  class PreviewEventSource extends EventTarget {
    #url;
    #state = 0;
    #last = '';
    #pause = 3000;
    #abort = new AbortController();
    #credentials;

    static [Symbol.hasInstance](value) {
      return value instanceof NativeSource || (typeof value === 'object' && value !== null && #pause in value);
    }

    constructor(address, { withCredentials = false } = {}) {
      super();
      let url;
      try {
        url = new URL(address, document.baseURI);
      } catch {
        throw new DOMException(`Failed to construct 'EventSource': Cannot open an EventSource to '${address}'. The URL is invalid.`, 'SyntaxError');
      }
      if (osPort(url, location) === 0) return new NativeSource(address, { withCredentials });
      this.#url = url.href;
      this.#credentials = Boolean(withCredentials);
      this.#run();
    }

    get url() { return this.#url; }
    get readyState() { return this.#state; }
    get withCredentials() { return this.#credentials; }

    close() {
      this.#state = 2;
      this.#abort.abort();
    }

    async #run() {
      while (this.#state !== 2) {
        let fatal = false;
        try {
          const headers = { Accept: 'text/event-stream' };
          if (this.#last) headers['Last-Event-ID'] = this.#last;
          const credentials = this.#credentials ? 'include' : 'same-origin';
          const answer = await fetch(this.#url, { headers, credentials, cache: 'no-store', signal: this.#abort.signal });
          // Nobody listens: as a connection that is refused, tried again.
          const refused = answer.headers.has('samovar-preview-problem');
          fatal = !refused && (answer.status !== 200 || !/^\s*text\/event-stream\b/i.test(answer.headers.get('content-type') ?? ''));
          if (fatal) answer.body?.cancel();
          else if (!refused) await this.#read(answer.body);
        } catch {
          // The connection broke.
        }
        if (this.#state === 2) return;
        this.#state = fatal ? 2 : 0;
        this.dispatchEvent(new Event('error'));
        if (!fatal) await new Promise((resolve) => setTimeout(resolve, this.#pause));
      }
    }

    async #read(body) {
      this.#state = 1;
      this.dispatchEvent(new Event('open'));
      const { origin } = new URL(this.#url);
      const reader = body.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      let event = { type: '', data: [], id: this.#last };
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this.#state === 2) return;
        text += value;
        // A carriage return at the end may be the first half of a line's end.
        const lines = text.split(/\r\n|\n|\r(?!$)/);
        text = lines.pop();
        for (const line of lines) {
          if (line === '') {
            this.#last = event.id;
            if (event.data.length > 0 && this.#state === 1) {
              this.dispatchEvent(new MessageEvent(event.type || 'message', { data: event.data.join('\n'), origin, lastEventId: this.#last }));
            }
            event = { type: '', data: [], id: this.#last };
            continue;
          }
          const colon = line.indexOf(':');
          const name = colon < 0 ? line : line.slice(0, colon);
          const field = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
          if (name === 'data') event.data.push(field);
          else if (name === 'event') event.type = field;
          else if (name === 'id' && !field.includes('\0')) event.id = field;
          else if (name === 'retry' && /^\d+$/.test(field)) this.#pause = Number(field);
        }
      }
    }

    static {
      handlers(this, 'open', 'message', 'error');
      ['CONNECTING', 'OPEN', 'CLOSED'].forEach((name, value) => {
        Object.defineProperty(this, name, { value, enumerable: true });
        Object.defineProperty(this.prototype, name, { value, enumerable: true });
      });
      Object.defineProperty(this, 'name', { value: 'EventSource' });
      Object.defineProperty(this.prototype, Symbol.toStringTag, { value: 'EventSource', configurable: true });
    }
  }
  if (NativeSource) window.EventSource = PreviewEventSource;

  // --- Where this page is, for an address bar of who frames it.

  let said;
  const isFramed = window.parent !== window && window.parent === window.top;
  const say = () => {
    const place = location.pathname + location.search + location.hash;
    if (isFramed && place !== said) window.parent.postMessage(['samovar-location', said = place], '*');
  };
  for (const name of ['pushState', 'replaceState']) {
    const native = History.prototype[name];
    History.prototype[name] = function change(state, title, address) {
      native.call(this, state, title, (address && moved(address)) ?? address);
      say();
    };
  }
  for (const event of ['popstate', 'hashchange', 'pageshow']) addEventListener(event, say);
  say();

  // --- document.cookie: the kernel has the jar, and is told.

  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  Object.defineProperty(Document.prototype, 'cookie', {
    ...cookie,
    set(text) {
      cookie.set.call(this, text);
      tell(['cookie', String(text)]);
    },
  });

  const { set: setCookie, delete: deleteCookie } = window.CookieStore?.prototype ?? {};
  if (setCookie) {
    CookieStore.prototype.set = async function set(...args) {
      await setCookie.apply(this, args);
      const { name, value, path = '/', expires, sameSite = 'strict' } = typeof args[0] === 'object' ? args[0] : { name: args[0], value: args[1] };
      const until = expires ? `; expires=${new Date(Number(expires)).toUTCString()}` : '';
      tell(['cookie', `${name}=${value}; path=${path}; samesite=${sameSite}${until}`]);
    };
    CookieStore.prototype.delete = async function remove(...args) {
      await deleteCookie.apply(this, args);
      const { name, path = '/' } = typeof args[0] === 'object' ? args[0] : { name: args[0] };
      tell(['cookie', `${name}=; path=${path}; max-age=0`]);
    };
  }

  // --- XMLHttpRequest: browsers tell nothing of an upload that a service worker has taken, but its beginning.

  const sendRequest = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function send(body) {
    sendRequest.call(this, body);
    if (!body || this.readyState !== 1) return;
    const total = body.size ?? body.byteLength ?? (typeof body === 'string' ? new Blob([body]).size : 0);
    // Heard only if the page listens, too: it was not before the request began.
    let told = false;
    this.upload.addEventListener('load', () => { told = true; }, { once: true });
    const tellUpload = () => {
      if (this.readyState < 2) return;
      this.removeEventListener('readystatechange', tellUpload);
      if (told || this.status === 0 || osPort(new URL(this.responseURL), location) === 0) return;
      for (const kind of ['progress', 'load', 'loadend']) {
        this.upload.dispatchEvent(new ProgressEvent(kind, { lengthComputable: total > 0, loaded: total, total }));
      }
    };
    this.addEventListener('readystatechange', tellUpload);
  };

  // --- Links, forms, windows and navigation to http://localhost:3000/: to that port's preview, not to the computer's own.

  /** The address in a preview, or undefined if it leads elsewhere, or is such a one already. */
  function moved(address) {
    let url;
    try {
      url = new URL(address, document.baseURI);
    } catch {
      return undefined;
    }
    const port = osPort(url, location);
    const to = port !== 0 && inPreview(url, port, location);
    return to && to !== url.href ? to : undefined;
  }

  // Before the page's own listeners, who take an address of this very server for one of theirs, as it is.
  for (const kind of ['click', 'auxclick', 'contextmenu', 'dragstart']) {
    addEventListener(kind, (event) => {
      const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement || node instanceof HTMLAreaElement);
      const to = link?.href && moved(link.href);
      if (to) link.href = to;
    }, true);
  }

  // A frame is told of when it has loaded, be it that nothing was there: now it is led to the preview, and loads again.
  document.addEventListener('load', (event) => {
    const to = event.target instanceof HTMLIFrameElement && event.target.src && moved(event.target.src);
    if (!to) return;
    event.stopImmediatePropagation();
    event.target.src = to;
  }, true);

  const action = Object.getOwnPropertyDescriptor(HTMLFormElement.prototype, 'action');
  function moveForm(form, submitter) {
    const to = moved(action.get.call(form));
    if (to) action.set.call(form, to);
    const other = submitter?.hasAttribute('formaction') && moved(submitter.formAction);
    if (other) submitter.formAction = other;
  }
  addEventListener('submit', ({ target, submitter }) => moveForm(target, submitter), true);
  const submit = HTMLFormElement.prototype.submit;
  HTMLFormElement.prototype.submit = function submitMoved() {
    moveForm(this);
    submit.call(this);
  };

  const open = window.open;
  window.open = (address = '', ...more) => open.call(window, moved(address) ?? address, ...more);

  // What scripts and <meta> do without an element: where browsers tell of that.
  window.navigation?.addEventListener('navigate', (event) => {
    const to = event.cancelable && !event.formData && moved(event.destination.url);
    if (!to) return;
    event.preventDefault();
    setTimeout(() => (event.navigationType === 'replace' ? location.replace(to) : location.assign(to)));
  });

  // --- <a download>: browsers ask for it past the service worker, so that it has to look like an attachment.

  addEventListener('click', (event) => {
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    if (event.defaultPrevented || event.button !== 0 || !link?.hasAttribute('download')) return;
    let url;
    try {
      url = new URL(link.href);
    } catch {
      return;
    }
    if (url.origin !== location.origin) return;
    event.preventDefault();
    const frame = document.createElement('iframe');
    frame.hidden = true;
    frame.src = `${url.origin}${url.pathname}${url.search}${url.search ? '&' : '?'}__samovar-download=${encodeURIComponent(link.download)}`;
    document.documentElement.append(frame);
    setTimeout(() => frame.remove(), 300_000);
  });

  // --- Service workers of the page's own: one would take the place of the preview's.

  const stub = Object.assign(new EventTarget(), {
    controller: null,
    ready: new Promise(() => {}),
    oncontrollerchange: null,
    onmessage: null,
    onmessageerror: null,
    register: () => Promise.reject(new DOMException('A preview of Samovar has no service workers of its own.', 'SecurityError')),
    getRegistration: async () => undefined,
    getRegistrations: async () => [],
    startMessages() {},
  });
  Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => stub, configurable: true, enumerable: true });
})();
