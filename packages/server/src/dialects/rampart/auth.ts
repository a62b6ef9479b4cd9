import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Credential, Credentials } from '../../engine/credentials.js';
import { bearerToken } from '../../http/bearer.js';
import { RequestFailure } from '../../http/failure.js';

/** Who is calling, as the routes need to know it. */
export interface Caller {
  /** Id of the credential: owner of the approvals that its calls lead to. */
  readonly id: string;
  /** The agent or person that the credential names. */
  readonly subject: string | undefined;
  /** File base name that restricts the policies, for per-agent credentials. */
  readonly policy: string | undefined;
  readonly eval: boolean;
  readonly admin: boolean;
  readonly approver: boolean;
}

/**
 * What a route asks of its caller. `approvals` admits approvers beside admins; `own` admits, in addition, every agent:
 * the handler checks that the approval is the caller's.
 */
export type Access = 'eval' | 'admin' | 'approvals' | 'own';

const CALLER = 'rampartCaller';

/** The caller that {@link requires} has let in. */
export function callerOf(request: FastifyRequest): Caller {
  return request.getDecorator<Caller>(CALLER);
}

/** Lets a caller in. */
export function admit(request: FastifyRequest, caller: Caller): void {
  request.setDecorator(CALLER, caller);
}

/** Declares the property that {@link requires} fills. */
export function declareCaller(app: { decorateRequest(name: string): unknown }): void {
  app.decorateRequest(CALLER);
}

/**
 * Admits a request by its bearer token, before anything of the body is read.
 *
 * @param token - where else the token may be; the header wins.
 */
export function requires(
  access: Access,
  credentials: Credentials,
  now: () => number,
  token: (request: FastifyRequest) => string | undefined = () => undefined,
): onRequestHookHandler {
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void) => {
    const sent = bearerToken(request.headers.authorization) ?? token(request);
    if (sent === undefined) {
      done(new RequestFailure(401, 'missing authorization token'));
      return;
    }
    const judge = (credential: Credential | undefined): void => {
      const caller = identify(credential, now());
      if (caller instanceof RequestFailure) {
        done(caller);
        return;
      }
      admit(request, caller);
      done(outOfScope(caller, access));
    };
    const found = credentials.find(sent);
    // The hot path stays synchronous: the store looks tokens up in memory.
    if (found instanceof Promise) found.then(judge, done);
    else judge(found);
  };
}

/** Names the caller, or says why its token is worth nothing. */
function identify(credential: Credential | undefined, now: number): Caller | RequestFailure {
  if (credential === undefined || (credential.dialect !== 'rampart' && credential.dialect !== '*')) {
    return new RequestFailure(401, 'invalid authorization token');
  }
  const { id, subject, policy, roles } = credential;
  if (credential.revokedAt !== undefined) return new RequestFailure(401, 'token has been revoked');
  if (credential.expiresAt !== undefined && credential.expiresAt <= now) {
    const agent = subject ?? '<agent>';
    return new RequestFailure(401, `token expired — create a new one with: rampart token create --agent ${agent}`);
  }
  return {
    id,
    subject,
    policy,
    eval: roles.includes('agent'),
    admin: roles.includes('admin'),
    approver: roles.includes('approver'),
  };
}

function outOfScope(caller: Caller, access: Access): RequestFailure | undefined {
  if (access === 'eval') return caller.eval ? undefined : new RequestFailure(403, 'this endpoint requires eval scope');
  const admitted = caller.admin || (access !== 'admin' && caller.approver) || (access === 'own' && caller.eval);
  return admitted ? undefined : new RequestFailure(403, 'this endpoint requires admin scope');
}
