/**
 * Splits a line into arguments as a shell would: blanks separate, quotes keep blanks together, a backslash takes the
 * next character literally (inside double quotes only before `"` and `\`). Nothing is expanded. A quote left open
 * ends with the line.
 */
export function splitArguments(line) {
  const args = [];
  let current = null; // null between arguments, so that '' is an argument and a blank is not
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (c === '\\' && quote !== "'" && i + 1 < line.length && (!quote || '"\\'.includes(line[i + 1]))) {
      current = (current ?? '') + line[++i];
    } else if (quote ? c === quote : c === '"' || c === "'") {
      quote = quote ? '' : c;
      current ??= '';
    } else if (!quote && /\s/.test(c)) {
      if (current !== null) args.push(current);
      current = null;
    } else {
      current = (current ?? '') + c;
    }
  }
  if (current !== null) args.push(current);
  return args;
}
