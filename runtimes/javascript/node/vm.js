// node:vm, as far as there can be one with a single realm: code that runs among this program's own globals.

import { absentFrom } from '../core/absent.js';

const absent = absentFrom('vm', 'this JavaScript has one realm, so there are no contexts');

export class Script {
  #code;
  constructor(code) {
    this.#code = String(code);
    new Function(this.#code);           // what does not compile says so now
  }
  runInThisContext() { return (0, eval)(this.#code); }
  runInContext() { absent('Script.runInContext'); }
  runInNewContext() { absent('Script.runInNewContext'); }
}

export const isContext = () => false;
export const runInThisContext = code => new Script(code).runInThisContext();
export const compileFunction = (code, parameters = []) => new Function(...parameters, code);
export const createContext = () => absent('createContext');
export const runInContext = () => absent('runInContext');
export const runInNewContext = () => absent('runInNewContext');

export default { Script, compileFunction, createContext, isContext, runInContext, runInNewContext, runInThisContext };
