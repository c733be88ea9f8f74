/** What every call of the SDK rejects with: a code (`ENOENT`, `EAGAIN`, …) and a sentence that says what to do. */
export class SamovarError extends Error {
  static {
    // Minified code has another name for the class; and on the prototype it is there when the stack's text is made.
    for (const named of [this, this.prototype]) {
      Object.defineProperty(named, 'name', { value: 'SamovarError', configurable: true, writable: true });
    }
  }

  constructor(code, message) {
    super(message);
    this.code = code;
  }
}
