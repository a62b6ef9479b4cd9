import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Tests run from source: the condition picks each package's src/, in the main thread, in workers, and in CJS requires.
// Vitest hands these conditions to Node as they are: with `import` among them, a package's `require` would get its ESM half.
const source = '@sallyport/source';

export default defineConfig({
  test: {
    projects: [
      { root: 'packages/core' },
      { root: 'packages/verify' },
      { root: 'packages/rampart' },
      { root: 'packages/meshguard' },
      { root: 'packages/aegis' },
      { root: 'packages/vargate' },
      { root: 'packages/server' },
      { root: 'packages/cli' },
      { root: 'packages/private/conformance' },
      { root: 'packages/private/bench' },
      { root: 'scripts', include: ['**/*.test.ts'] },
    ].map(({ root, include = ['src/**/*.test.ts'] }) => ({
      root,
      resolve: { conditions: [source, 'node', 'default'] },
      ssr: { resolve: { conditions: [source, 'node', 'default'] } },
      test: {
        name: root.replace(/^packages\/(private\/)?/, ''),
        include,
        setupFiles: [fileURLToPath(new URL('scripts/vitest/fuzz.ts', import.meta.url))],
        execArgv: [`--conditions=${source}`, '--require', 'tsx/cjs'],
        testTimeout: 20_000,
      },
    })),
  },
});
