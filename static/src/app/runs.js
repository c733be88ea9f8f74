import { byId, element } from './dom.js';
import { Run } from './run.js';

// A finished run keeps its terminal, with its scrollback, until this many newer ones stand beside it.
const KEPT = 12;

const tabs = byId('runs');
const panel = byId('terminal');
const status = byId('status');
const hint = byId('hint');
const screenReader = byId('screen-reader');
const placeholder = panel.firstElementChild;

function say(words, mood) {
  status.dataset.mood = mood;
  if (status.textContent !== words) status.textContent = words; // each change is read out
}

/** The runs as tabs over one terminal area. */
export class Runs {
  #all = [];
  #numbers = 0;
  #shown = null;
  #onShown;

  /** @param {(run: Run) => void} onShown called when another run is shown, or the shown one changes */
  constructor(onShown) {
    this.#onShown = onShown;
    screenReader.checked = localStorage.getItem('screen-reader') === 'on';
    screenReader.addEventListener('change', () => {
      localStorage.setItem('screen-reader', screenReader.checked ? 'on' : 'off');
      for (const run of this.#all) run.screen.screenReader = screenReader.checked;
    });
    tabs.addEventListener('keydown', (event) => this.#onKey(event));
  }

  /**
   * Starts the project in a tab of its own; ends when the process has.
   * @param {{args: string[], env: Record<string, string>}} options
   * @throws SamovarError if it could not be started
   */
  async start(os, project, options) {
    say('starting…', 'none'); // at once: what the last run said is no longer true
    // The terminal is large, and the kernel boots without it.
    const { TerminalScreen } = await import('./terminal.js');
    const screen = new TerminalScreen();
    screen.screenReader = screenReader.checked;
    const run = new Run(project, ++this.#numbers, screen, options, () => this.#draw(run));
    run.tab = element('button', {
      type: 'button', role: 'tab', id: `run-${run.number}`, onclick: () => this.show(run), 'aria-controls': panel.id,
    });
    this.#all.push(run);
    tabs.append(run.tab);
    this.#draw(run);
    this.show(run);
    this.#forgetOldest();
    if (document.activeElement?.form) screen.focus(); // whoever pressed Run goes on by typing
    await run.follow(os);
  }

  get shown() {
    return this.#shown;
  }

  ofProcess(pid) {
    return this.#all.find((run) => run.pid === pid);
  }

  latestOf(project) {
    return this.#all.findLast((run) => run.project === project);
  }

  show(run) {
    this.#select(run);
    run.tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    panel.setAttribute('aria-labelledby', run.tab.id);
    run.screen.showIn(panel);
    this.#draw(run);
  }

  /** Shows no run, as before the first. */
  showNone() {
    this.#select(null);
    panel.removeAttribute('aria-labelledby');
    panel.replaceChildren(placeholder);
    say('', 'none');
    hint.hidden = true;
  }

  #select(run) {
    this.#shown = run;
    for (const each of this.#all) each.tab.setAttribute('aria-selected', each === run);
    // One stop for Tab; the arrows go on from there.
    const stop = run ?? this.#all[0];
    for (const each of this.#all) each.tab.tabIndex = each === stop ? 0 : -1;
  }

  #draw(run) {
    run.tab.dataset.mood = run.mood;
    run.tab.textContent = `${run.project.name} #${run.number}`;
    run.tab.title = run.words;
    if (run !== this.#shown) return;
    say(run.words, run.mood);
    hint.hidden = !(run.alive && run.screen.interactive);
    this.#onShown(run);
  }

  #forgetOldest() {
    const finished = this.#all.filter((run) => !run.alive && run !== this.#shown);
    for (const run of finished.slice(0, Math.max(0, this.#all.length - KEPT))) {
      this.#all.splice(this.#all.indexOf(run), 1);
      run.tab.remove();
      run.screen.dispose();
    }
  }

  #onKey(event) {
    const from = this.#all.indexOf(this.#shown);
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: this.#all.length - 1 }[event.key];
    const run = this.#all[to];
    if (!run) return;
    event.preventDefault();
    this.show(run);
    run.tab.focus();
  }
}
