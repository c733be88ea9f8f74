import { whatIsMissing } from './browser.js';
import { byId } from './dom.js';
import { acceptFolders, refuseFolders } from './drop.js';
import { Files, countFiles } from './files.js';
import { mount } from './mounting.js';
import { clearNotice, showError } from './notice.js';
import { Processes } from './processes.js';
import { ProjectPanel } from './project.js';
import { Runs } from './runs.js';

function say(state, words) {
  const line = byId('state');
  line.dataset.state = state;
  line.textContent = words;
}

async function boot() {
  const missing = whatIsMissing();
  if (missing) throw new Error(missing);
  const { Samovar } = await import('/sdk/samovar.js');
  return Samovar.boot();
}

/** Joins the views to one another and to the OS. */
function desk(os) {
  const files = new Files(os);
  const processes = new Processes(os, send, showError);
  const runs = new Runs((run) => {
    panel.show(run.project);
    panel.offerStop(run);
    processes.look();
  });
  const panel = new ProjectPanel(start, () => runs.shown?.stop().catch(showError), restart, (project) => {
    files.open(project.dir).catch(showError);
    if (runs.shown?.project === project) return;
    const latest = runs.latestOf(project);
    if (latest) runs.show(latest);
    else runs.showNone();
    panel.offerStop(latest);
  });

  const follow = (end) => end.catch(showError).finally(() => files.refresh().catch(showError));

  function start(project, options) {
    clearNotice();
    follow(runs.start(os, project, options));
  }

  function restart() {
    clearNotice();
    runs.shown.screen.focus();
    follow(runs.shown.restart(os));
  }

  async function send(pid, signal) {
    const run = runs.ofProcess(pid);
    // A process that a program started answers to its control file, like everything in this OS.
    if (run) await run.send(signal);
    else await os.fs.writeFile(`/proc/${pid}/ctl`, signal);
  }

  return async function open(folder) {
    const dir = await mount(os, folder);
    const [detection, count] = await Promise.all([os.detect(dir), countFiles(os, dir)]);
    document.body.dataset.view = 'desk';
    byId('drop-title').textContent = 'Drop another folder';
    for (const id of ['stage', 'ps']) byId(id).hidden = false;
    panel.add({ name: dir.slice('/work/'.length), dir, detection, files: count });
    processes.look();
  };
}

addEventListener('unhandledrejection', (event) => showError(event.reason));

const ready = boot().then((os) => {
  os.on('error', showError);
  say('running', 'Kernel running');
  console.log("Kernel running in the browser's WebAssembly VM");
  return desk(os);
});
ready.catch((error) => {
  say('failed', 'Kernel not running');
  refuseFolders();
  showError(error);
});

// One folder after the other, and none before the kernel runs; a failed one does not keep the next from coming.
let last = ready;
acceptFolders((folders) => {
  clearNotice();
  for (const folder of folders) {
    last = last.catch(() => {}).then(async () => (await ready)(folder));
    last.catch((error) => {
      if (error.name !== 'AbortError') showError(error);
    });
  }
});
