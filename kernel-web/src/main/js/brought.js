// A runtime that a user brings along, as an entry of the catalogue.
import { OsError } from './errors.js';

/** What may be fetched from an address that nobody has vouched the size of, in bytes. */
const MOST = 256 << 20;

/**
 * @param {object} definition `command`, `version`, `sha256`; perhaps `url`, `size`, `name`, `language`, `arguments` (what
 *     comes before the program's own), `extensions`, `env`
 * @param {object[]} entries those that there are
 * @throws {OsError} EINVAL, EEXIST with what is wrong
 */
export function broughtEntry(definition, entries) {
  const { command, version, sha256, url, size, name, language, arguments: leading = [], extensions = [], env = {} } = definition ?? {};
  const need = (holds, what) => {
    if (!holds) {
      throw new OsError('EINVAL', `add ${typeof command === 'string' ? command : 'a runtime'}: ${what} (EINVAL).`);
    }
  };
  const texts = (list) => Array.isArray(list) && list.every((text) => typeof text === 'string' && !text.includes('\0'));
  need(typeof command === 'string' && /^[\w.+-]+$/.test(command), 'command has to be a name of letters, digits and . + - _');
  need(typeof version === 'string' && /^[\w.+-]+$/.test(version), "version has to be a text such as '1.0'");
  need(typeof sha256 === 'string' && /^[0-9a-fA-F]{64}$/.test(sha256), 'sha256 has to be 64 digits in hex: those that its maker states');
  need(texts(leading), 'arguments have to be a list of texts, which come before the program\'s own');
  need(texts(extensions) && extensions.every((each) => each.startsWith('.')), "extensions have to be a list such as ['.php']");
  need(Object.entries(env).every((pair) => texts(pair)), 'env has to map names to texts');
  need(url === undefined || URL.canParse(url, 'http://localhost/'), `url is ${url}, which is none`);
  for (const entry of entries) {
    if (entry.commands.includes(command) && entry.version === version) {
      throw new OsError('EEXIST', `add ${command}: there is a ${command} ${version} already; remove that, or use another version.`);
    }
  }
  return {
    name: name ?? command, language: language ?? command, version, commands: [command], extensions: [...extensions],
    file: `${sha256.toLowerCase()}.wasm`, url, size: size ?? MOST, sha256: sha256.toLowerCase(), licence: '',
    arguments: { always: [...leading], script: ['{script}'] }, env: { ...env }, maturity: 'guarded',
  };
}
