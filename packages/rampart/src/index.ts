export type { ApprovalsApi, HostedApprovalsApi, WaitForApprovalOptions } from './approvals-api.js';
export type { AuditApi } from './audit-api.js';
export { RampartClient, type TestOptions } from './client.js';
export {
  RampartApprovalRequiredError,
  RampartConnectionError,
  RampartDeniedError,
  RampartError,
  RampartServerError,
} from './errors.js';
export type { RampartCall, RampartGovernor, RampartGovernorOptions } from './governor.js';
export type { GuardOptions } from './guard.js';
export type { StatsRange } from './operations/audit.js';
export type { PolicyApi, RulesApi } from './policy-api.js';
export type { SafeExecOptions, SafeExecResult } from './safe-exec.js';
export type * from './types/index.js';
