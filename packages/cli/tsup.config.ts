import { packageConfig } from '../../tsup.base.js';
import { licences } from './licences.js';
import { oneLocale } from './locales.js';

// One program and no library: everything but native code is bundled, so that `serve` reads a few files instead of a
// thousand, and what is rarely used is a chunk of its own.
export default packageConfig(
  { bin: 'src/bin.ts' },
  {
    format: ['esm'],
    dts: false,
    splitting: true,
    external: ['libsql', 'pg'],
    // CommonJS packages in the bundle ask for Node's modules with require, which an ES module does not have.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    esbuildPlugins: [licences, oneLocale],
    esbuildOptions(options) {
      options.minifyWhitespace = true;
      options.minifySyntax = true;
      options.legalComments = 'none';
    },
  },
);
