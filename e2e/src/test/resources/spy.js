// Goes before a worker's own script and tells the page, over the channel "spy", what passes by: each message that the
// worker posts or gets, and what each guest is given as its imports.
const channel = new BroadcastChannel('spy');
// Should a system call ever post a message, the page must live to tell.
let left = 1000;

function tell(what) {
  if (left-- > 0) {
    channel.postMessage(what);
  }
}

addEventListener('message', () => tell({ message: `${self.name} gets` }));
for (const sender of [self, Worker.prototype, MessagePort.prototype]) {
  const post = sender.postMessage;
  sender.postMessage = function (...args) {
    tell({ message: `${self.name} posts` });
    return post.apply(this, args);
  };
}

const Instance = WebAssembly.Instance;
WebAssembly.Instance = function (module, imports) {
  if (imports?.wasi_snapshot_preview1) {
    const names = WebAssembly.Module.imports(module).filter(({ kind }) => kind === 'function').map(({ name }) => name);
    tell({ imports: names, closures: names.filter((name) => !isWasm(imports.wasi_snapshot_preview1[name])) });
  }
  return new Instance(module, imports);
};

/** A table of functions takes those of wasm and no others. */
function isWasm(f) {
  try {
    new WebAssembly.Table({ element: 'anyfunc', initial: 1 }).set(0, f);
    return true;
  } catch {
    return false;
  }
}

// What the measure is worth.
if (isWasm(() => 0)) {
  tell({ closures: ['a JavaScript closure passes for a wasm function'] });
}
