export type { AuditApi, DecisionsApi, EscalationsApi } from './apis.js';
export { AegisClient, AegisClient as AsyncAegisClient } from './client.js';
export { Decision, type DecisionFields } from './decision.js';
export {
  AegisAuthError,
  AegisConnectionError,
  AegisDeniedError,
  AegisError,
  type AegisErrorOptions,
  AegisHttpError,
  type AegisHttpErrorOptions,
  AegisRateLimitError,
  GovernanceError,
} from './errors.js';
export type { StructuredFailure } from './failure.js';
export type { GovernedOptions, GovernedWrapper } from './governed.js';
export type { AegisGovernorOptions } from './governed-action.js';
export type { AegisGovernor } from './governor.js';
export type {
  ExpressResponse,
  FastifyReply,
  GovernanceMiddleware,
  GovernedRequest,
  HonoContext,
  RequireGovernanceOptions,
} from './middleware.js';
export type { Approval } from './propose.js';
export type { CapabilitiesApi, GrantsApi, PoliciesApi } from './registry-apis.js';
export type * from './types/index.js';
