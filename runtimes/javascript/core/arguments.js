// What is said of a wrong argument.

/** A TypeError of Node's kind: what the argument must be, and what it was. */
export function invalidArgument(name, must, value) {
  const was = value == null ? String(value)
    : typeof value === 'function' ? `function ${value.name}`
    : typeof value === 'object' ? `an instance of ${value.constructor?.name ?? 'Object'}`
    : `type ${typeof value} (${typeof value === 'string' ? `'${value}'` : String(value)})`;
  const error = new TypeError(`The ${name.endsWith(' argument') ? name : `"${name}" argument`} must be ${must}. Received ${was}`);
  error.code = 'ERR_INVALID_ARG_TYPE';
  return error;
}
