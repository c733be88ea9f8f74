// What processes were refused, from the kernel's ring to the page.

export class Audit {
  /** The first entry that the page has not been told of. */
  #next = 0;

  constructor({ kernel, staging }, post) {
    this.kernel = kernel;
    this.staging = staging;
    this.post = post;
  }

  /** All entries that the ring still has. */
  list() {
    return this.#from(0);
  }

  /** Tells the page what is new. */
  drain() {
    for (const entry of this.#from(this.#next)) {
      this.post(['audit', entry]);
    }
    this.#next = this.kernel.audit_count();
  }

  #from(first) {
    const end = this.kernel.audit_count();
    const entries = [];
    for (let number = Math.max(first, this.kernel.audit_first()); number < end; number++) {
      const length = this.kernel.audit_entry(number);
      if (length > 0) {
        const [time, pid, call, target, errno] = this.staging.text(length).split('\0');
        entries.push({ time: Number(time) / 1e6, pid: Number(pid), call, target, errno });
      }
    }
    return entries;
  }
}
