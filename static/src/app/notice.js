import { byId } from './dom.js';

const notice = byId('notice');
notice.querySelector('button').addEventListener('click', clearNotice);

/** Shows an error as one line, until it is dismissed or the next thing is tried. */
export function showError(error) {
  const message = error?.message || String(error);
  const code = error?.code;
  notice.querySelector('p').textContent = code && !message.includes(code) ? `${message} (${code})` : message;
  notice.hidden = false;
  console.error(error);
}

export function clearNotice() {
  notice.hidden = true;
}
