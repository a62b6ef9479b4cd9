import { checkNames, checkText, optionNames } from '@sallyport/core/internal';
import { type Connection, owned } from './connection.js';
import type { Decision } from './decision.js';
import { submit } from './propose.js';
import type { ActorType, Outcome, ProposalContext } from './types/index.js';

/**
 * What the middleware needs of a request of Express or Fastify.
 *
 * @example
 * ```ts
 * import type { GovernedRequest } from '@sallyport/aegis';
 *
 * const outcomeOf = (request: GovernedRequest) => request.governanceDecision?.outcome;
 * ```
 */
export interface GovernedRequest {
  /** Who asks: set it where the request is authenticated. */
  agentId?: unknown;
  body?: unknown;
  /** Set on ALLOW, for what comes after. */
  governanceDecision?: Decision;
}

/**
 * What the middleware needs of a response of Express.
 *
 * @example
 * ```ts
 * import type { ExpressResponse } from '@sallyport/aegis';
 *
 * const refuse = (response: ExpressResponse) => response.status(403).json({ outcome: 'DENY', reason: 'no' });
 * ```
 */
export interface ExpressResponse {
  status(code: number): { json(body: unknown): unknown };
}

/**
 * What the middleware needs of a reply of Fastify.
 *
 * @example
 * ```ts
 * import type { FastifyReply } from '@sallyport/aegis';
 *
 * const refuse = (reply: FastifyReply) => reply.code(403).send({ outcome: 'DENY', reason: 'no' });
 * ```
 */
export interface FastifyReply {
  code(status: number): { send(body: unknown): unknown };
}

/**
 * What the middleware needs of a context of Hono.
 *
 * @example
 * ```ts
 * import type { HonoContext } from '@sallyport/aegis';
 *
 * const agentOf = (context: HonoContext): unknown => context.get('agentId');
 * ```
 */
export interface HonoContext {
  readonly req: { text(): Promise<string> };
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/**
 * One function for three frameworks: `app.use(mw)` of Express, `preHandler: mw` of Fastify, `app.use(mw)` of Hono. It lets a
 * request through on ALLOW alone, answers 403 with `{ outcome, reason }` to anything else, and 503 when there is no decision.
 *
 * @example
 * ```ts
 * import { AegisClient, type GovernanceMiddleware } from '@sallyport/aegis';
 *
 * const mayDeploy: GovernanceMiddleware = new AegisClient().requireGovernance('infrastructure.deploy');
 * ```
 */
export interface GovernanceMiddleware {
  (request: GovernedRequest, response: ExpressResponse, next: (error?: unknown) => void): Promise<void>;
  (request: GovernedRequest, reply: FastifyReply): Promise<void>;
  (context: HonoContext, next: () => Promise<void>): Promise<Response | undefined>;
}

/**
 * What a request proposes, and in whose name.
 *
 * @example
 * ```ts
 * import type { RequireGovernanceOptions } from '@sallyport/aegis';
 *
 * const options: RequireGovernanceOptions = { actorId: () => 'deploy-bot', actorType: 'automation' };
 * ```
 */
export interface RequireGovernanceOptions {
  /**
   * Who asks, from the request or context.
   * @defaultValue `request.agentId`; `context.get('agentId')` in Hono
   */
  actorId?(request: object): string | Promise<string>;
  /** @defaultValue `'ai-agent'` */
  readonly actorType?: ActorType;
  /**
   * What is proposed, from the request or context.
   * @defaultValue the body's fields; `{ body }` for one that has none
   */
  parameters?(request: object): Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;
  readonly context?: ProposalContext;
}

const NAMES = optionNames({
  actorId: true,
  actorType: true,
  parameters: true,
  context: true,
} satisfies Readonly<Record<keyof RequireGovernanceOptions, true>>);

/** What is known of a request, whichever framework it came through. */
interface Asked {
  readonly request: object;
  readonly agentId: unknown;
  readonly body: unknown;
}

interface Refusal {
  readonly status: 403 | 503;
  readonly body: { readonly outcome: Outcome; readonly reason: string };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A body as parameters: none is none, and one that has no fields is shown whole. */
function parametersOf(body: unknown): Readonly<Record<string, unknown>> {
  if (body === undefined || body === null || body === '') return {};
  return isObject(body) ? body : { body };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

type ServerCall = readonly [GovernedRequest, ExpressResponse | FastifyReply, ((error?: unknown) => void)?];
type HonoCall = readonly [HonoContext, () => Promise<void>];

const isHono = (call: ServerCall | HonoCall): call is HonoCall => typeof call[1] === 'function';

const isFastify = (response: ExpressResponse | FastifyReply): response is FastifyReply =>
  'code' in response && typeof response.code === 'function' && 'send' in response;

const UNDECIDED: Refusal = {
  status: 503,
  body: { outcome: 'DENY', reason: 'Governance could not decide.' },
};

/** Makes the middleware of one capability; see `AegisClient.requireGovernance`. */
export function governanceMiddleware(
  connection: Connection,
  capability: string,
  options: RequireGovernanceOptions = {},
): GovernanceMiddleware {
  owned(() => {
    checkText('capability', capability);
    checkNames(options, NAMES, 'requireGovernance');
  });
  const { actorType = 'ai-agent', context } = options;

  async function decide({ request, agentId, body }: Asked): Promise<Decision> {
    const id = options.actorId ? await options.actorId(request) : agentId;
    const proposed = options.parameters ? await options.parameters(request) : body;
    const actor = { id: typeof id === 'string' ? id : '', type: actorType };
    const action = { capability, parameters: parametersOf(proposed) };
    return submit(connection, { actor, action, ...(context && { context }) }, undefined);
  }

  /** Whatever fails here must not let a request through. */
  async function judge(ask: () => Promise<Asked>): Promise<Decision | Refusal> {
    try {
      const decision = await decide(await ask());
      const { outcome, reason } = decision;
      return outcome === 'ALLOW' ? decision : { status: 403, body: { outcome, reason } };
    } catch (error) {
      connection.logger?.error('governance could not decide', { operation: 'aegis.requireGovernance', error });
      return UNDECIDED;
    }
  }

  async function inHono(context: HonoContext, next: () => Promise<void>): Promise<Response | undefined> {
    const verdict = await judge(async () => {
      const body = options.parameters ? undefined : parsed(await context.req.text());
      return { request: context, agentId: context.get('agentId'), body };
    });
    if (!('outcome' in verdict)) return Response.json(verdict.body, { status: verdict.status });
    context.set('governanceDecision', verdict);
    await next();
    return undefined;
  }

  async function inServer(...[request, response, next]: ServerCall): Promise<undefined> {
    const { agentId, body } = request;
    const verdict = await judge(async () => ({ request, agentId, body }));
    const isAllowed = 'outcome' in verdict;
    if (isAllowed) request.governanceDecision = verdict;
    if (isFastify(response)) {
      // Fastify goes on when the promise ends and nothing was sent; its callback must not be called as well.
      if (!isAllowed) response.code(verdict.status).send(verdict.body);
    } else if (!isAllowed) response.status(verdict.status).json(verdict.body);
    else next?.();
  }

  // Rest arguments, since frameworks count a function's parameters to guess what it is.
  function middleware(...call: ServerCall): Promise<undefined>;
  function middleware(...call: HonoCall): Promise<Response | undefined>;
  function middleware(...call: ServerCall | HonoCall): Promise<Response | undefined> {
    return isHono(call) ? inHono(...call) : inServer(...call);
  }
  return middleware;
}
