export {
  AbortedError,
  ApprovalRejectedError,
  ApprovalRequiredError,
  ApprovalTimeoutError,
  AuthenticationError,
  BadRequestError,
  ConfigurationError,
  ConflictError,
  ConnectionError,
  NotFoundError,
  PermissionDeniedError,
  ResponseError,
  ServerError,
  TimeoutError,
  UnprocessableError,
} from '@sallyport/core';
export { VerificationError, type WebhookHeaders } from '@sallyport/verify';
export type { ApprovalsApi } from './approvals-api.js';
export type { AuditApi } from './audit-api.js';
export { VargateClient } from './client.js';
export type { CredentialsApi } from './credentials-api.js';
export { PolicyDeniedError, PolicyEngineUnavailableError, RateLimitError, VargateError } from './errors.js';
export type { VargateCall } from './governed-call.js';
export type { VargateGovernor, VargateGovernorOptions } from './governor.js';
export type { ManagedAgentsApi, SessionsApi } from './managed-api.js';
export type { SettingsApi } from './settings-api.js';
export type * from './types/index.js';
export { verifyWebhook } from './webhook.js';
