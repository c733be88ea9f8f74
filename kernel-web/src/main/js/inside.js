// Processes that other processes start, by /dev/spawn: the parent has prepared its child; here its program is found.
import { OsError, check } from './errors.js';
import { absolute } from './files.js';
import { pagesOf } from './memory-limit.js';
import { NotRunnable } from './not-runnable.js';

/** What a program that is not there, or cannot run, is to the process that asked for it. */
const ERRNO = { 127: 44, 126: 45 };
const EIO = 29;

export class Inside {
  constructor({ kernel, staging, processes, programs }) {
    this.kernel = kernel;
    this.staging = staging;
    this.processes = processes;
    this.programs = programs;
  }

  /** Carries a request out, which gets its answer through the kernel's memory. */
  spawn(request) {
    const { kernel } = this;
    const error = kernel.inside_error(request);
    try {
      const [program, path, problem] = this.#strings(kernel.inside_names(request));
      if (error !== 0) {
        this.#refuse(request, error, `${program}: ${problem}`);
        return;
      }
      const found = this.processes.resolveInside(program, path, kernel.inside_program(request),
        pagesOf(kernel.inside_memory(request)));
      const start = (it) => this.#start(request, it, program);
      if (found instanceof Promise) {
        found.then(start).catch((problem) => this.#fail(request, problem));
      } else {
        start(found);
      }
    } catch (problem) {
      this.#fail(request, problem);
    }
  }

  #start(request, { module, leading = [], env = {}, preopens = {} }, name) {
    const { kernel, staging } = this;
    const number = this.programs.number(module, name);
    const child = kernel.inside_child(request);
    if (leading.length > 0) {
      const [argv0, ...args] = this.#strings(kernel.inside_arguments(request));
      const argv = [argv0, ...leading, ...args];
      check(kernel.spawn_arguments(child, argv.length, staging.list(argv)), 'args');
    }
    if (Object.keys(env).length > 0) {
      const given = this.#strings(kernel.inside_environment(request));
      const names = new Set(given.map((variable) => variable.split('=', 1)[0]));
      const all = [...given, ...Object.entries(env).filter(([k]) => !names.has(k)).map(([k, v]) => `${k}=${v}`)];
      check(kernel.spawn_environment(child, all.length, staging.list(all)), 'env');
    }
    for (const [guest, path] of Object.entries(preopens)) {
      check(kernel.spawn_preopen(child, ...staging.texts(guest, absolute(path))), `preopen ${guest}`);
    }
    kernel.inside_start(request, number);
  }

  #fail(request, problem) {
    if (problem instanceof NotRunnable) {
      this.#refuse(request, ERRNO[problem.status], problem.message);
    } else if (problem instanceof OsError) {
      this.#refuse(request, problem.errno ?? EIO, problem.message);
    } else {
      this.#refuse(request, EIO, String(problem?.message ?? problem));
    }
  }

  #refuse(request, errno, sentence) {
    this.kernel.inside_refuse(request, errno, this.staging.texts(sentence)[0]);
  }

  #strings(bytes) {
    return this.staging.text(check(bytes, 'spawn')).split('\0').slice(0, -1);
  }
}
