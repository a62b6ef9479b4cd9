import { packageConfig } from '../../tsup.base.js';

const self = '@sallyport/vargate';

export default packageConfig(
  { index: 'src/index.ts', sync: 'src/sync.ts' },
  {
    // `sync` imports the package by its own name: bundled in, it would hold a second copy of every class.
    external: [self],
    dts: {
      compilerOptions: {
        composite: false,
        customConditions: [],
        ignoreDeprecations: '6.0',
        // The package's own types are being built: look at their source.
        paths: { [self]: ['./src/index.ts'] },
      },
    },
  },
);
