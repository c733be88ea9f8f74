/**
 * What a person types, line by line, for as long as the kernel has no terminal of its own (os.features.terminal): keys
 * are shown as they are typed, Backspace takes one back, Enter sends the line, Ctrl+D ends the input.
 */
export class LineInput {
  #line = [];
  #show;
  #send;
  #end;

  /**
   * @param {(text: string) => void} show puts text on the screen
   * @param {(text: string) => void} send gives a finished line to the program
   * @param {() => void} end tells the program that no more comes
   */
  constructor(show, send, end) {
    this.#show = show;
    this.#send = send;
    this.#end = end;
  }

  /** Takes what the terminal says was typed or pasted. */
  type(text) {
    if (text.startsWith('\x1b')) return; // an arrow or function key means nothing here
    for (const key of text.replaceAll('\r\n', '\r')) {
      if (key === '\r' || key === '\n') {
        this.#show('\r\n');
        this.#send(`${this.#line.splice(0).join('')}\n`);
      } else if (key === '\x7f' || key === '\b') {
        if (this.#line.pop()) this.#show('\b \b');
      } else if (key === '\x04') {
        // As a terminal does: what is there goes without a line's end; with nothing there, the input ends.
        if (this.#line.length) this.#send(this.#line.splice(0).join(''));
        else this.#end();
      } else if (key >= ' ' || key === '\t') {
        this.#line.push(key);
        this.#show(key);
      }
    }
  }
}
