import { defineConfig, type Options } from 'tsup';

/** Every published package is built the same way: ESM and CJS, each with its own types. */
export const packageConfig = (entry: Record<string, string>, more: Options = {}) =>
  defineConfig({
    entry,
    format: ['esm', 'cjs'],
    target: 'node20',
    platform: 'node',
    // tsup's declaration step does not work under `composite`.
    dts: { compilerOptions: { composite: false, customConditions: [], ignoreDeprecations: '6.0' } },
    // Only covers import.meta.url in the CJS build, which is all that we use of it.
    shims: true,
    sourcemap: false,
    clean: true,
    ...more,
  });
