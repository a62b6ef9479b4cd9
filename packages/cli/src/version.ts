import { createRequire } from 'node:module';

const manifest: unknown = createRequire(import.meta.url)('../package.json');

/** The version of this package; src/ and dist/ both lie one folder below its manifest. */
export const VERSION = String(Reflect.get(Object(manifest), 'version'));
