import { splitArguments } from './arguments.js';
import { parseEnvironment } from './environment.js';
import { byId, element } from './dom.js';
import { count } from './format.js';

const panel = byId('project');
const switcher = byId('projects');
const title = byId('project-name');
const found = byId('found');
const form = byId('run-form');
const args = byId('args');
const env = byId('env');
const envBox = byId('env-box');
const run = byId('run');
const stop = byId('stop');
const restart = byId('restart');

// Names of files that were left out; more of them help nobody.
const MOST_NAMED = 5;

const LANGUAGES = {
  c: 'C', 'c++': 'C++', rust: 'Rust', go: 'Go', javascript: 'JavaScript', typescript: 'TypeScript', python: 'Python',
  wasm: 'WebAssembly',
};

/**
 * A mounted folder.
 * @typedef {object} Project
 * @property {string} name
 * @property {string} dir where it is in the OS
 * @property {object} detection what os.detect says of it
 * @property {number} files how many
 */

/** The panel of the project at hand: what was found, how to run it, its buttons; and a switch between several projects. */
export class ProjectPanel {
  #current = null;
  #buttons = new Map();
  #onShown;

  /**
   * @param {(project: Project, options: {args: string[], env: Record<string, string>}) => void} onRun
   * @param {() => void} onStop
   * @param {() => void} onRestart
   * @param {(project: Project) => void} onShown another project is at hand
   */
  constructor(onRun, onStop, onRestart, onShown) {
    this.#onShown = onShown;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (!run.disabled) onRun(this.#current, { args: splitArguments(args.value), env: parseEnvironment(env.value).variables });
    });
    env.addEventListener('input', () => env.setCustomValidity(parseEnvironment(env.value).problem));
    env.addEventListener('invalid', () => { envBox.open = true; });
    stop.addEventListener('click', onStop);
    restart.addEventListener('click', onRestart);
  }

  /** @param {Project} project */
  add(project) {
    const button = element('button', { type: 'button', onclick: () => this.show(project) }, project.name);
    this.#buttons.set(project, button);
    switcher.append(button);
    switcher.hidden = this.#buttons.size < 2;
    this.show(project);
    run.focus({ preventScroll: true });
  }

  /** @param {Project} project */
  show(project) {
    if (this.#current === project) return;
    if (this.#current) Object.assign(this.#current, { line: args.value, lines: env.value }); // what is half typed waits
    this.#current = project;
    args.value = project.line ?? '';
    env.value = project.lines ?? '';
    env.setCustomValidity(parseEnvironment(env.value).problem);
    envBox.open = env.value !== '';
    for (const [each, button] of this.#buttons) button.setAttribute('aria-pressed', each === project);
    title.textContent = project.name;
    found.replaceChildren(...describe(project));
    run.disabled = !project.detection.command;
    panel.hidden = false;
    this.#onShown(project);
  }

  /** The project at hand; null before the first. */
  get current() {
    return this.#current;
  }

  /** What Stop and Restart can do to the run in sight. */
  offerStop(runInSight) {
    restart.disabled = !runInSight?.restartable;
    stop.disabled = !runInSight?.alive;
    stop.textContent = runInSight?.alive && runInSight.stopping ? 'Stop now' : 'Stop';
  }
}

const todo = (missing) => element('span', {}, element('code', {}, missing), ' Then drop the folder again.');

function describe({ detection, files, skipped, skippedCount }) {
  const { language, runtime, version, command, args: given, reason, missing } = detection;
  const what = [LANGUAGES[language] ?? language, version].filter(Boolean).join(' ');
  const facts = [
    ['Language', what || 'Unknown'],
    ['Runtime', runtime && runtime !== 'wasm' && runtime !== language ? runtime : ''],
    ['Runs', command && element('code', {}, [command, ...(given ?? [])].join(' '))],
    ['Reason', reason],
    ['To run it', missing && todo(missing)],
    ['Contains', count(files, 'file')],
    ['Left out', skippedCount && `${skipped.slice(0, MOST_NAMED).join(', ')}${skippedCount > MOST_NAMED ? ` and ${count(skippedCount - MOST_NAMED, 'other')}` : ''}, by .gitignore`],
  ];
  return facts.filter(([, value]) => value).map(([name, value]) => (
    element('div', { className: name === 'To run it' ? 'todo' : '' }, element('dt', {}, name), element('dd', {}, value))
  ));
}
