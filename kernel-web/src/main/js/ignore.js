// What a project's .gitignore files leave out, as the kernel's Java reads them. `.git` is always left out.

export class Ignore {
  #number;

  constructor(kernel, staging) {
    this.kernel = kernel;
    this.staging = staging;
    this.#number = kernel.ignore_open();
  }

  /** Adds the rules of a .gitignore in a directory: '' for the top, else '/a/b'. */
  add(directory, text) {
    this.kernel.ignore_add(this.#number, ...this.staging.texts(directory, text));
  }

  /** Adds a directory's package.json: the node_modules of one that names dependencies is taken in, whatever the rules say. */
  addPackage(directory, text) {
    this.kernel.ignore_package(this.#number, ...this.staging.texts(directory, text));
  }

  /** Whether all of a directory is taken in: no rules in there count. */
  needs(directory) {
    return this.kernel.ignore_needs(this.#number, this.staging.texts(directory)[0]) !== 0;
  }

  /** Whether a path such as '/a/b' is left out. Nothing is asked about what lies in a directory that is. */
  matches(path, isDirectory) {
    return this.kernel.ignore_matches(this.#number, this.staging.texts(path)[0], isDirectory ? 1 : 0) !== 0;
  }

  free() {
    this.kernel.ignore_close(this.#number);
  }
}
