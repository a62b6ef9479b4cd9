/**
 * Rampart policies without a gateway: read files, compile them, run their test cases. What `sallyport test` is made of.
 *
 * @module
 */
export { PolicyLoadError } from './dialects/rampart/documents/errors.js';
export { loadPolicies } from './dialects/rampart/documents/load.js';
export {
  loadTests,
  type PolicyTestFile,
  type PolicyTestResult,
  runTests,
} from './dialects/rampart/documents/testcases.js';
export { compilePolicies } from './dialects/rampart/policy/compile.js';
export type * from './dialects/rampart/policy/model.js';
export type { PolicySet } from './dialects/rampart/policy/policy.js';
