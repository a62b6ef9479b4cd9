export type { AegisOptions } from './dialects/aegis/options.js';
export type {
  MeshGuardAlerts,
  MeshGuardAlertTrigger,
  MeshGuardAutoAction,
  MeshGuardAutoActions,
  MeshGuardDestructive,
  MeshGuardMode,
  MeshGuardOptions,
} from './dialects/meshguard/options.js';
export { type LoadErrorPlace, PolicyLoadError } from './dialects/rampart/documents/errors.js';
export { loadPolicies } from './dialects/rampart/documents/load.js';
export { loadProfile } from './dialects/rampart/documents/profiles/index.js';
export {
  loadTests,
  type PolicyTestFile,
  type PolicyTestResult,
  runTests,
} from './dialects/rampart/documents/testcases.js';
export type { RampartMode, RampartOptions } from './dialects/rampart/options.js';
export { compilePolicies } from './dialects/rampart/policy/compile.js';
export type * from './dialects/rampart/policy/model.js';
export type { PolicySet } from './dialects/rampart/policy/policy.js';
export type { Clock, Ids, Log, Random, Timer } from './engine/engine.js';
export { createGateway, type Gateway, type InjectRequest, type InjectResponse } from './gateway.js';
export type { DialectOptions, GatewayOptions, ListenOptions } from './gateway-options.js';
