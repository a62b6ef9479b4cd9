import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Stamps and other things that may be deleted at any time. It goes when node_modules goes, as it should. */
export const CACHE = join(ROOT, 'node_modules/.cache/sallyport');
