import { defineConfig } from 'vitest/config';

// Tests run from source: the condition picks each package's src/, in the main thread, in workers, and in CJS requires.
const source = '@sallyport/source';

export default defineConfig({
  test: {
    projects: [
      'packages/core',
      'packages/verify',
      'packages/rampart',
      'packages/server',
      'packages/cli',
      'packages/private/conformance',
    ].map((root) => ({
      root,
      resolve: { conditions: [source, 'import', 'node', 'default'] },
      ssr: { resolve: { conditions: [source, 'import', 'node', 'default'] } },
      test: {
        name: root.replace(/^packages\/(private\/)?/, ''),
        include: ['src/**/*.test.ts'],
        execArgv: [`--conditions=${source}`, '--require', 'tsx/cjs'],
        testTimeout: 20_000,
      },
    })),
  },
});
