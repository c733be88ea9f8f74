/**
 * Reads `NAME=value` lines; empty ones and those that begin with # say nothing.
 * @returns {{variables: Record<string, string>, problem: string}} `problem` is a sentence, or ''
 */
export function parseEnvironment(text) {
  const variables = {};
  let problem = '';
  for (const line of text.split('\n')) {
    if (!line.trim() || line.trimStart().startsWith('#')) continue;
    const [, name, value] = /^\s*([^\s=]+)=(.*)$/.exec(line) ?? [];
    if (name) variables[name] = value;
    else problem ||= `“${line.trim()}” is no variable: write NAME=value.`;
  }
  return { variables, problem };
}

/**
 * The environment to run a project in. The kernel takes one as it is, so that whoever adds to it has to give all of it;
 * with nothing to add it is the kernel's business.
 * @param {Record<string, string>} own variables that the person wants
 * @param {import('./project.js').Project} project
 * @param {{cols: number, rows: number}} terminal
 */
export function environment(own, project, terminal) {
  if (!Object.keys(own).length) return undefined;
  return {
    PATH: '/usr/bin', HOME: '/home', PWD: project.dir, LANG: 'C.UTF-8', TERM: 'xterm-256color', USER: 'samovar',
    COLUMNS: String(terminal.cols), LINES: String(terminal.rows), ...project.detection.env, ...own,
  };
}
