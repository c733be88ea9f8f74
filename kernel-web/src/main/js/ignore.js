// What a project's .gitignore files leave out, as the kernel's Java reads them, and what is needed nevertheless. `.git` is always
// left out.

export class Ignore {
  #number;

  constructor(kernel, staging) {
    this.kernel = kernel;
    this.staging = staging;
    this.#number = kernel.ignore_open();
    /** The names of files that say something of their directory, in the order in which they are to be added. */
    this.files = staging.text(kernel.ignore_files()).split('\0').slice(0, -1);
  }

  /** Adds one of these files, of a directory: '' for the top, else '/a/b'. */
  add(directory, name, text) {
    this.kernel.ignore_add(this.#number, ...this.staging.texts(directory, name, text));
  }

  /** Whether all that counts in a directory is taken in: nothing in there needs to be added. */
  takesIn(directory) {
    return this.kernel.ignore_takes(this.#number, this.staging.texts(directory)[0]) !== 0;
  }

  /** Whether a path such as '/a/b' is left out. Nothing is asked about what lies in a directory that is. */
  matches(path, isDirectory) {
    return this.kernel.ignore_matches(this.#number, this.staging.texts(path)[0], isDirectory ? 1 : 0) !== 0;
  }

  free() {
    this.kernel.ignore_close(this.#number);
  }
}
