// node:constants

import { constants as fs } from './fs.js';
import { constants as os } from './os.js';

export default { ...os.errno, ...os.signals, ...fs };
