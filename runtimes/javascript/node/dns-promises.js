// node:dns/promises

import { promises } from './dns.js';

export const { lookup } = promises;
export default promises;
