export {
  AbortedError,
  BadRequestError as ValidationError,
  ConfigurationError,
  ConflictError,
  ConnectionError,
  NotFoundError,
  PermissionDeniedError,
  ResponseError,
  ServerError,
  TimeoutError,
} from '@sallyport/core';
export { MeshGuardAdmin } from './admin.js';
export type { AnalyticsApi } from './analytics-api.js';
export type { AnomaliesApi, DelegationsApi, TrustApi } from './apis.js';
export { MeshGuardClient, MeshGuardClient as MeshGuard } from './client.js';
export type { CheckArgument } from './decide.js';
export {
  ApprovalRequiredError,
  AuthenticationError,
  MeshGuardError,
  type MeshGuardErrorOptions,
  PolicyDeniedError,
  RateLimitError,
} from './errors.js';
export type { MeshGuardCall } from './governed-action.js';
export type { MeshGuardGovernor, MeshGuardGovernorOptions } from './governor.js';
export type { ProxyMethod } from './proxy.js';
export type { ProxyResponse } from './proxy-response.js';
export type * from './types/index.js';
