// ES modules that import each other in a circle. QuickJS wants what a compiled module imports to be there already when it
// takes the module in, so a circle cannot go that way. Its own loader can do it, from files: they get written to a private
// folder, with their imports replaced by the names of what they mean, and stack traces show where they came from.

import * as std from 'qjs:std';
import * as os from 'qjs:os';
import { compileModule, definePlaceholder, requestsOf } from './bytecode.js';

/** Files of this module → files of the user. */
export const origins = new Map();

let folder;

/** Makes QuickJS load all modules of a circle; `name` of each is what it is called from then on. */
export function defineCycle(modules) {
  const names = new Map(modules.map(module => [module.name, place(module)]));
  try {
    for (const module of modules) {
      const targets = module.targets.map(target => names.get(target) ?? target);
      write(names.get(module.name), rewritten(module, targets));
    }
    for (const module of modules) module.name = names.get(module.name);
    std.evalScript(modules.map(({ name }) => `import${JSON.stringify(name)};`).join(''), { compile_module: true, compile_only: true });
  } finally {
    for (const name of names.values()) os.remove(name);
    os.remove(folder);
    folder = undefined;
  }
}

function place({ file }) {
  if (!folder) {
    let number = 0, error;
    do {
      folder = `/tmp/.circular-imports-${Math.random().toString(36).slice(2, 10)}`;
      error = os.mkdir(folder);
    } while (error && ++number < 10);
    if (error) throw new Error(`${file} is part of a circle of imports, which needs a folder /tmp to write to: ${std.strerror(-error)}`);
  }
  const name = `${folder}/${origins.size}.js`;
  origins.set(name, file);
  return name;
}

function write(name, text) {
  const file = std.open(name, 'w');
  file.puts(text);
  file.close();
}

/** The source with its specifiers replaced; which of the quoted texts is one, QuickJS says: its imports change with it. */
function rewritten({ source, requests }, targets) {
  let text = source;
  requests.forEach(({ specifier }, i) => {
    definePlaceholder(PROBE + i);
    const quoted = new RegExp(`(["'])${specifier.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}\\1`, 'g');
    for (const { index, 0: found } of [...text.matchAll(quoted)].reverse()) {
      const probed = text.slice(0, index) + `"${PROBE}${i}"` + text.slice(index + found.length);
      if (imports(probed, PROBE + i)) text = probed;
    }
  });
  return text.replace(new RegExp(`"${PROBE}(\\d+)"`, 'g'), (all, i) => JSON.stringify(targets[i]));
}

const PROBE = 'samovar-probe:';

function imports(text, specifier) {
  try {
    return requestsOf(compileModule(text)).some(request => request.specifier === specifier);
  } catch {
    return false;
  }
}
