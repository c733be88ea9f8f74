// Sources out of a Debian archive, by an apt-get that touches nothing of this machine: its lists, caches and sources
// are in a folder of our own, so no root is needed.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Unavailable, retry, run } from './commands.mjs';

const RELEASES = /^(bullseye|bookworm|trixie|forky|sid|oldstable|stable|testing|unstable)(-updates|-backports)?$/;

/**
 * Fetches the original tarball of a source package.
 *
 * @param {{debian: string, version: string, suite: string, sha256: string}} source package, upstream version, suite,
 *     and the tarball's SHA-256
 * @returns {Promise<string>} where the tarball is
 * @throws {Unavailable} if the archive no longer has this tarball
 */
export async function fetchSource(source, work, say) {
  say(`fetching Debian's source package ${source.debian} ${source.version}`);
  const archive = await openArchive({ 'deb-src': [source.suite] }, work, say);
  return archive.source(source);
}

/**
 * Reads the lists of some suites: of source packages (`deb-src`), of packages (`deb`). What comes from them is checked
 * against the archive's signature by apt.
 *
 * @param {{'deb-src'?: string[], deb?: string[]}} suites
 * @param {string} work a folder for lists and what is fetched
 */
export async function openArchive(suites, work, say) {
  const sources = join(work, 'debian.sources');
  const lists = join(work, 'lists');
  mkdirSync(join(lists, 'partial'), { recursive: true });
  mkdirSync(join(work, 'cache', 'archives', 'partial'), { recursive: true });
  writeFileSync(sources, sourceEntries(archive(), suites));
  const apt = (...args) => run('apt-get', [
    '-q', '-o', 'Dir::Etc::SourceParts=/dev/null', '-o', `Dir::Etc::SourceList=${sources}`,
    '-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${join(work, 'cache')}`,
    '-o', 'APT::Sandbox::User=root', '-o', 'Acquire::Languages=none', '-o', 'APT::Update::Error-Mode=any', ...args,
  ], { cwd: work, say, what: `apt-get ${args[0]}` });
  await retry(say, () => apt('update'));

  /** The original tarball of a source package, checked: see {@link fetchSource}. */
  async function source({ debian, version, suite, sha256 }) {
    const named = `${debian}_${version}.orig.tar.`;
    await retry(say, async () => {
      try {
        await apt('source', '--download-only', '--tar-only', `${debian}/${suite}`);
      } catch (error) {
        if (/Unable to find a source package|Release .* not found|Can not find/.test(error.output)) throw gone(debian, version, suite);
        throw error;
      }
    });
    const tarball = readdirSync(work).find(name => name.startsWith(named) && !name.endsWith('.asc'));
    if (!tarball) throw gone(debian, version, suite);
    const found = createHash('sha256').update(readFileSync(join(work, tarball))).digest('hex');
    if (found !== sha256) throw new Unavailable(`${tarball} has SHA-256 ${found}, and ${sha256} is pinned`);
    return join(work, tarball);
  }

  /** Fetches packages, given as apt is: `name/suite`, or `name=version`; answers their files. */
  async function packages(names) {
    await retry(say, async () => {
      try {
        await apt('download', ...names);
      } catch (error) {
        if (/Version .* was not found|Release .* was not found|Unable to locate package/.test(error.output)) throw new Unavailable(error.message);
        throw error;
      }
    });
    return readdirSync(work).filter(name => name.endsWith('.deb')).map(name => join(work, name));
  }

  return { source, packages };
}

function gone(debian, version, suite) {
  return new Unavailable(`Debian's ${suite} has no ${debian} ${version} (any more); runtimes/manifest.json must move on`);
}

/** The Debian archive this machine already uses, and the key it trusts for it. */
function archive() {
  for (const entry of [...deb822Entries(), ...oneLineEntries()]) {
    if (entry.suites.some(suite => RELEASES.test(suite))) return entry;
  }
  throw new Unavailable('this machine\'s apt knows no Debian archive (it is not Debian), and the source comes from one');
}

function sourceEntries({ uri, key }, suites) {
  const end = `Components: main\n${key ? `Signed-By: ${key}\n` : ''}`;
  return Object.entries(suites).map(([type, names]) => `Types: ${type}\nURIs: ${uri}\nSuites: ${names.join(' ')}\n${end}`).join('\n');
}

function deb822Entries() {
  return aptFiles('.sources').flatMap(text => text.split(/\n[ \t]*\n/)).map(stanza => {
    const field = name => stanza.match(new RegExp(`^${name}:[ \\t]*(.*)$`, 'mi'))?.[1].trim().split(/\s+/) ?? [];
    return { uri: field('URIs')[0], suites: field('Suites'), key: field('Signed-By')[0] };
  });
}

function oneLineEntries() {
  return aptFiles('.list').flatMap(text => text.split('\n')).flatMap(line => {
    const match = line.match(/^\s*deb(?:-src)?\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)/);
    return match ? [{ uri: match[2], suites: [match[3]], key: match[1]?.match(/signed-by=(\S+)/)?.[1] }] : [];
  });
}

function aptFiles(ending) {
  const texts = [];
  const read = file => { try { texts.push(readFileSync(file, 'utf8')); } catch { /* none, or not ours to read */ } };
  if (ending === '.list') read('/etc/apt/sources.list');
  const parts = '/etc/apt/sources.list.d';
  let names = [];
  try { names = readdirSync(parts); } catch { /* no apt here: apt-get says so itself */ }
  names.filter(name => name.endsWith(ending)).sort().forEach(name => read(join(parts, name)));
  return texts;
}
