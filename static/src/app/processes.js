import { byId, element } from './dom.js';
import { bytes, duration, number } from './format.js';
import { showPermits } from './permits.js';

const EVERY_MS = 1000;
// It is always there, and nobody's to kill.
const KERNEL = 1;

const body = byId('processes');
const none = byId('no-processes');
const table = body.closest('.scroll');

/** The process list; it looks while there is something to see and somebody to see it. */
export class Processes {
  #os;
  #send;
  #onError;
  #rows = new Map();
  #timer = 0;
  #looking = false;
  #again = false;

  /** @param {(pid: number, signal: string) => Promise<void>} send */
  constructor(os, send, onError) {
    this.#os = os;
    this.#send = send;
    this.#onError = onError;
    os.on('exit', () => this.look());
    document.addEventListener('visibilitychange', () => this.look());
  }

  /** Reads the list now, and again every second while a process exists and the page is visible. */
  async look() {
    if (this.#looking) {
      this.#again = true; // what is on its way may be older than the reason to look
      return;
    }
    clearTimeout(this.#timer);
    if (document.hidden) return;
    this.#looking = true;
    try {
      do {
        this.#again = false;
        this.#draw(await this.#os.ps());
      } while (this.#again);
      if (this.#rows.size) this.#timer = setTimeout(() => this.look(), EVERY_MS);
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#looking = false;
    }
  }

  #draw(processes) {
    // Rows stay the same elements, so that a focused button keeps the focus.
    const gone = new Set(this.#rows.keys());
    for (const process of processes) {
      if (process.pid === KERNEL) continue;
      gone.delete(process.pid);
      this.#row(process.pid).update(process);
    }
    for (const pid of gone) {
      this.#rows.get(pid).node.remove();
      this.#rows.delete(pid);
    }
    table.hidden = !this.#rows.size;
    none.hidden = !!this.#rows.size;
  }

  #row(pid) {
    let row = this.#rows.get(pid);
    if (row) return row;
    const cell = (className) => element('td', { className });
    const [command, state, cpu, syscalls, memory] =
        [cell('command'), cell('state'), cell('number'), cell('number'), cell('number')];
    const button = (label, signal, className) => element('button', {
      type: 'button', className, 'aria-label': `${label} process ${pid}`,
      onclick: () => this.#send(pid, signal).then(() => this.look()).catch(this.#onError),
    }, label);
    const name = element('button', {
      type: 'button', className: 'quiet', 'aria-label': `What process ${pid} may do`,
      onclick: () => showPermits(this.#os, { pid, command: name.textContent }).catch(this.#onError),
    });
    command.append(name);
    const goOn = button('Continue', 'SIGCONT', 'small');
    row = {
      node: element('tr', { 'data-pid': pid },
          element('th', { scope: 'row', className: 'number' }, String(pid)),
          command, state, cpu, syscalls, memory, element('td', {}, goOn, ' ', button('Kill', 'SIGKILL', 'small danger'))),
      update(process) {
        name.textContent = name.title = process.command;
        state.textContent = process.state;
        goOn.hidden = process.state !== 'stopped';
        cpu.textContent = duration(process.cpuMs);
        syscalls.textContent = number(process.syscalls);
        memory.textContent = bytes(process.memory);
      },
    };
    this.#rows.set(pid, row);
    body.append(row.node);
    return row;
  }
}
