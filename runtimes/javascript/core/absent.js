// For modules of Node's whose names are there alone.

/** Makes what throws, when it is called with a name, that the module has nothing behind that name, and why. */
export const absentFrom = (module, why, code = 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM') => name => {
  throw Object.assign(new Error(`${module}.${name}: ${why}`), { code });
};
