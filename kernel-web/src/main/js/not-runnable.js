/** A program that cannot run: its exit status and a line for its standard error. */
export class NotRunnable extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}
