import { offerBringing } from './bring.js';
import { byId } from './dom.js';
import { Downloads } from './downloads.js';
import { acceptFolders, refuseFolders } from './drop.js';
import { Files, countFiles } from './files.js';
import { booted } from './kernel.js';
import { mount } from './mounting.js';
import { clearNotice, showError } from './notice.js';
import { Preview } from './preview.js';
import { Processes } from './processes.js';
import { ProjectPanel } from './project.js';
import { Runs } from './runs.js';
import { Share } from './share.js';
import { ServedProject, projectToken } from './served-project.js';
import { offerZip } from './take-zip.js';

function say(state, words) {
  const line = byId('state');
  line.dataset.state = state;
  line.textContent = words;
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

  const downloads = new Downloads(os);
  new Preview(os);
  new Share(os, () => Number(byId('preview-port').value));
  offerZip(os, () => panel.current);
  offerBringing(os);

  /** The folder changed where it came from: what runs is started anew, with what it was started with. */
  async function renew(project) {
    await files.refresh();
    const run = runs.latestOf(project);
    if (run?.alive) follow(run.restart(os));
  }

  return async function open(folder) {
    const { dir, skipped, skippedCount } = await mount(os, folder);
    await folder.mounted?.(dir);
    const [detection, count] = await Promise.all([os.detect(dir), countFiles(os, dir)]);
    document.body.dataset.view = 'desk';
    byId('drop-title').textContent = 'Drop another folder';
    for (const id of ['stage', 'ps']) byId(id).hidden = false;
    const project = { name: dir.slice('/work/'.length), dir, detection, files: count, skipped: [...folder.skipped ?? [], ...skipped],
      skippedCount: skippedCount + (folder.skipped?.length ?? 0) };
    panel.add(project);
    processes.look();
    downloads.prepare(detection).catch(showError);
    folder.opened?.(dir, () => renew(project).catch(showError));
  };
}

/** The folder of the server's command line, which then follows it if it is to. */
async function servedFolder(os, token) {
  const project = new ServedProject(token);
  const folder = await project.folder();
  return {
    ...folder,
    mounted: (dir) => project.bring(os, dir),
    opened: (dir, onChange) => folder.watch && project.follow(os, dir, onChange, showError),
  };
}

addEventListener('unhandledrejection', (event) => showError(event.reason));

let last = Promise.resolve();
const ready = booted.then((os) => {
  os.on('error', showError);
  say('running', 'Kernel running');
  console.log("Kernel running in the browser's WebAssembly VM");
  const open = desk(os);
  const token = projectToken();
  if (token) last = last.then(async () => open(await servedFolder(os, token))).catch(showError);
  return open;
});
ready.catch((error) => {
  say('failed', 'Kernel not running');
  refuseFolders();
  showError(error);
});

// One folder after the other, and none before the kernel runs; a failed one does not keep the next from coming.
acceptFolders((folders) => {
  clearNotice();
  for (const folder of folders) {
    last = last.catch(() => {}).then(async () => (await ready)(folder));
    last.catch((error) => {
      if (error.name !== 'AbortError') showError(error);
    });
  }
});
