// Errors as Node prints them: their name and message above the stack, and no frames of this prelude in it.

import { COMPILED_AS } from './bytecode.js';
import { errorHead, inspect } from './inspect.js';
import { origins } from './cycle.js';
import { root } from './image.js';

/** Makes stacks of all errors from now on look like that. */
export function installStacks() {
  Error.stackTraceLimit = 30;
  // A stack can be anything that is put there; QuickJS wants texts.
  const own = Object.getOwnPropertyDescriptor(Error.prototype, 'stack');
  if (own?.set) Object.defineProperty(Error.prototype, 'stack', { ...own, set(value) { Object.defineProperty(this, 'stack', { value, writable: true, configurable: true }); } });
  completeCallSites();
  Error.prepareStackTrace = (error, sites) => {
    const lines = [];
    for (const site of sites) {
      const file = site.getFileName();
      if (site.isNative() || !file) continue;
      // What does not compile has no other place than this, until the loader gives it its file's name.
      const uncompiled = file === COMPILED_AS && error instanceof SyntaxError && !lines.length;
      if (file.startsWith(root + '/') || file.startsWith('<') && !uncompiled) continue;
      const where = `${origins.get(file) ?? file.replace(/^\/+/, '/')}:${site.getLineNumber()}:${site.getColumnNumber()}`;
      const name = site.getFunctionName();
      lines.push(name && name !== '<anonymous>' && name !== '<eval>' ? `    at ${name} (${where})` : `    at ${where}`);
    }
    return [head(error), ...lines].join('\n');
  };
}

/** What a place in a stack can be asked in V8, and programs do ask (depd, which half of npm uses). */
function completeCallSites() {
  Error.prepareStackTrace = (error, sites) => sites;
  const [site] = new Error().stack;
  if (!site) return;
  const nothing = () => null, no = () => false;
  const more = {
    isEval: no, isToplevel: no, isConstructor: no, isAsync: no, isPromiseAll: no, getThis() {}, getTypeName: nothing, getMethodName: nothing, getEvalOrigin() {},
    getFunction() {}, getPromiseIndex: nothing, getScriptNameOrSourceURL() { return this.getFileName(); },
    toString() { return `${this.getFunctionName() || '<anonymous>'} (${this.getFileName()}:${this.getLineNumber()}:${this.getColumnNumber()})`; },
  };
  const prototype = Object.getPrototypeOf(site);
  for (const [name, value] of Object.entries(more)) {
    if (!Object.hasOwn(prototype, name)) Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
}

function head(error) {
  if (error === null || typeof error !== 'object') return String(error);
  const shown = error.code !== undefined && Object.hasOwn(error, 'code') ? ` [${error.code}]` : '';
  if (!shown) return errorHead(error);
  return errorHead(error).replace(error.name, error.name + shown);
}

/** What stands on stderr when a program dies of `error`. */
export function describeUncaught(error) {
  if (error instanceof Error) return inspect(error, { depth: 4 }) + '\n';
  return `Uncaught ${inspect(error)}\n`;
}
