// Counts a minute down.

const SECONDS = 60;

const button = document.getElementById('start');
const left = document.getElementById('left');
let timer;

button.addEventListener('click', () => {
  const end = performance.now() + 1000 * SECONDS;
  clearInterval(timer);
  timer = setInterval(show, 200);
  show();

  function show() {
    const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    left.value = seconds > 0 ? `${seconds} s` : 'It is ready.';
    if (seconds === 0) clearInterval(timer);
  }
});
