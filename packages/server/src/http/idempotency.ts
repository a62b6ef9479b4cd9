import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { keepAnswer, loadAnswer, readAnswer } from '../engine/idempotency.js';
import type { Decided, Statement, Unit } from '../engine/unit.js';
import type { Answer } from './answer.js';

/** A request that may be sent twice and takes effect once. */
export interface KeyedRequest {
  /** Keys of different callers never meet. */
  readonly scope: string;
  readonly key: string;
  /** SHA-256, hex, over method, path and body. */
  readonly fingerprint: string;
}

/** The header is there but is no usable key. */
export class IdempotencyKeyError extends Error {
  override readonly name = 'IdempotencyKeyError';
}

/** The key was used before, for another request. */
export class IdempotencyMismatchError extends Error {
  override readonly name = 'IdempotencyMismatchError';
  constructor() {
    super('idempotency key was already used with a different request');
  }
}

/**
 * The request's key, from `Idempotency-Key` or `X-Idempotency-Key`, as a structured-field string or bare.
 *
 * @throws IdempotencyKeyError when it is malformed, longer than 255 characters, or the two headers disagree.
 */
export function idempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const { 'idempotency-key': standard, 'x-idempotency-key': older } = headers;
  if (standard === undefined && older === undefined) return undefined;
  const [first = '', ...others] = [standard, older].flatMap((value) => value ?? []);
  if (others.some((other) => other !== first)) throw new IdempotencyKeyError('conflicting idempotency keys');
  const key = /^"((?:[^"\\]|\\["\\])*)"$/.exec(first)?.[1]?.replace(/\\(.)/g, '$1') ?? first;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new IdempotencyKeyError('idempotency key must be 1 to 255 visible ASCII characters');
  }
  return key;
}

/** Binds a key to one request of one caller. */
export function keyedRequest(
  scope: string,
  key: string,
  request: { readonly method: string; readonly path: string; readonly body: Buffer },
): KeyedRequest {
  const hash = createHash('sha256').update(`${request.method} ${request.path}\n`).update(request.body);
  return { scope, key, fingerprint: hash.digest('hex') };
}

/** How a unit's answer relates to the HTTP answer that is kept. */
export interface Kept<T> {
  /** The answer to keep; undefined when there is none yet. */
  readonly keep: (answer: T) => Answer | undefined;
  /** What a unit answers that was asked before. */
  readonly replay: (answer: Answer) => T;
}

/**
 * Makes a unit answer a repeated request with the answer it gave the first time, and do nothing else.
 *
 * @returns a unit that throws IdempotencyMismatchError when the key was used for something else.
 */
export function remembering<T>(request: KeyedRequest, unit: Unit<T>, { keep, replay }: Kept<T>): Unit<T> {
  const { scope, key, fingerprint } = request;
  return {
    chains: unit.chains,
    load: [loadAnswer(scope, key), ...unit.load],
    decide: ([rows, ...facts], turn): Decided<T> => {
      const known = readAnswer(rows, fingerprint, turn.now);
      if (known.kind === 'mismatch') throw new IdempotencyMismatchError();
      if (known.kind === 'replay') return { answer: replay(known) };
      const decided = unit.decide(facts, turn);
      const kept = keep(decided.answer);
      if (kept === undefined) return decided;
      return { ...decided, writes: [...(decided.writes ?? []), keepAnswer({ ...request, ...kept }, turn.now)] };
    },
  };
}

/**
 * Makes a unit put its answer in place of the provisional one (HTTP 202) that was kept for the request; when somebody
 * else has done so already, that answer stands and the unit does nothing.
 */
export function finalising<T>(request: KeyedRequest, unit: Unit<T>, { keep, replay }: Kept<T>): Unit<T> {
  const { scope, key, fingerprint } = request;
  return {
    chains: unit.chains,
    load: [loadAnswer(scope, key), ...unit.load],
    decide: ([rows, ...facts], turn): Decided<T> => {
      const known = readAnswer(rows, fingerprint, turn.now);
      if (known.kind === 'replay' && known.status !== 202) return { answer: replay(known) };
      const decided = unit.decide(facts, turn);
      const kept = keep(decided.answer);
      if (kept === undefined || known.kind !== 'replay') return decided;
      return { ...decided, writes: [...(decided.writes ?? []), replaceAnswer(request, kept)] };
    },
  };
}

/** Puts another answer in place of the one that was kept for a request. */
export function replaceAnswer({ scope, key, fingerprint }: KeyedRequest, { status, body }: Answer): Statement {
  return {
    sql: 'UPDATE idempotency SET status = ?, body = ? WHERE scope = ? AND key = ? AND fingerprint = ?',
    params: [status, body, scope, key, fingerprint],
  };
}
