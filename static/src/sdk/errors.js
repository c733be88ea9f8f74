/** What every call of the SDK rejects with: a code (`ENOENT`, `EAGAIN`, …) and a sentence that says what to do. */
export class SamovarError extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'SamovarError';
    this.code = code;
  }
}
