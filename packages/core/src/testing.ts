export { MemoryGovernor, type MemoryGovernorOptions, type MemoryVerdict } from './governor/memory.js';
export type { GatewayFault, GovernorCase, GovernorHarness, MakeHarness } from './governor/suite/harness.js';
export { governorCases, type SuiteOptions, type TestHooks, testGovernor } from './governor/suite/index.js';
