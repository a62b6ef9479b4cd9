import { packageConfig } from '../../tsup.base.js';

export default packageConfig(
  { index: 'src/index.ts', internal: 'src/internal.ts', testing: 'src/testing.ts' },
  {
    // One copy of every class and table for all three entries, in CJS too.
    splitting: true,
    plugins: [
      {
        // jest and other CJS hosts run without a loader for import(): there it becomes a lazy require().
        name: 'require-lazily',
        renderChunk(code) {
          if (this.format !== 'cjs') return;
          return { code: code.replaceAll(/\bimport\(("[^"]+")\)/g, 'Promise.resolve().then(() => require($1))') };
        },
      },
    ],
  },
);
