/** A request that is refused: its status, and the body that says so in this protocol's words. */
export class MeshGuardFailure extends Error {
  override readonly name = 'MeshGuardFailure';
  readonly status: number;
  /** The `error` of the body. */
  readonly error: string;
  /** Further members of the body. */
  readonly more: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.error = typeof more['error'] === 'string' ? more['error'] : (WORDS[status] ?? 'Error');
    this.more = more;
  }
}

/** The protocol writes some of them in snake case. */
const WORDS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Payload Too Large',
  422: 'Unprocessable Entity',
  429: 'rate_limited',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

const INVALID_TOKEN = 'Invalid or expired token';

export const badRequest = (message: string): MeshGuardFailure => new MeshGuardFailure(400, message);
export const unauthorized = (message = INVALID_TOKEN): MeshGuardFailure => new MeshGuardFailure(401, message);
export const forbidden = (message: string): MeshGuardFailure => new MeshGuardFailure(403, message);
export const notFound = (message: string): MeshGuardFailure => new MeshGuardFailure(404, message);
