export { SallyportError, type SallyportErrorOptions } from './base.js';
export { ConfigurationError } from './configuration.js';
export {
  AuthenticationError,
  BadRequestError,
  ConflictError,
  HttpError,
  type HttpErrorOptions,
  NotFoundError,
  PermissionDeniedError,
  type ProblemDetails,
  RateLimitError,
  ServerError,
  UnprocessableError,
} from './http.js';
export {
  ApprovalRejectedError,
  ApprovalRequiredError,
  ApprovalTimeoutError,
  PolicyDeniedError,
  PolicyError,
  type PolicyErrorOptions,
} from './policy.js';
export {
  ResponseError,
  ResponseParseError,
  ResponseTooLargeError,
  ResponseValidationError,
  StreamError,
} from './response.js';
export {
  AbortedError,
  ConnectionError,
  TimeoutError,
  type TimeoutPhase,
  TransportError,
  UnexpectedRedirectError,
} from './transport.js';
