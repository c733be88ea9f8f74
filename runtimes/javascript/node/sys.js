// node:sys, util's old name

export * from './util.js';
export { default } from './util.js';
