import { packageConfig } from '../../tsup.base.js';

export default packageConfig({ index: 'src/index.ts', internal: 'src/internal.ts', testing: 'src/testing.ts' });
