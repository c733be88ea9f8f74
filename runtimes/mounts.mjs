// What runtimes have mounted that is made along with them.

/** The name under /runtimes/ of a file that a recipe makes beside its runtime: one of its contents. */
export function mountedName(made, sha256) {
  return `${sha256}${made.slice(made.lastIndexOf('.'))}`;
}
