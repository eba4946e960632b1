import { dirname } from 'node:path';

/** Folder that holds package.json, whether the sources or the built files run. */
export const packageRoot = dirname(dirname(import.meta.dirname));
