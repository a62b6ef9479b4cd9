import { describe, expect, it, vi } from 'vitest';
import * as errors from '../errors/index.js';
import { govern } from './govern.js';
import { MemoryGovernor } from './memory.js';
import type { Governor } from './port.js';

const action = { tool: 'exec', input: { command: 'ls' } };
const onIncident = () => {};

function failing(error: unknown): Governor {
  const inner = new MemoryGovernor({ policy: () => ({ outcome: 'allow' }) });
  return { name: 'm', decide: () => Promise.reject(error), settle: (...args) => inner.settle(...args) };
}

const OPENS: readonly (readonly [string, Error])[] = [
  ['no connection', new errors.ConnectionError('refused', { sent: false })],
  ['a connection that broke before the answer', new errors.ConnectionError('reset', { sent: true })],
  ['no answer in time', new errors.TimeoutError('late', { phase: 'response', timeoutMs: 1 })],
  ['status 500', new errors.ServerError('broken', { status: 500 })],
  ['status 503', new errors.ServerError('no storage', { status: 503 })],
];

const REFUSES: readonly (readonly [string, unknown])[] = [
  ['status 400', new errors.BadRequestError('bad', { status: 400 })],
  ['status 401', new errors.AuthenticationError('who', { status: 401 })],
  ['status 403', new errors.PermissionDeniedError('no', { status: 403 })],
  ['status 404', new errors.NotFoundError('gone', { status: 404 })],
  ['status 409', new errors.ConflictError('busy', { status: 409 })],
  ['status 413', new errors.HttpError('large', { status: 413 })],
  ['status 422', new errors.UnprocessableError('odd', { status: 422 })],
  ['status 429', new errors.RateLimitError('slow', { status: 429 })],
  ['an answer that broke off after a status', new errors.ConnectionError('reset', { sent: true, status: 202 })],
  [
    'an answer that stalled after a status',
    new errors.TimeoutError('x', { phase: 'response', timeoutMs: 1, status: 200 }),
  ],
  ['a redirect', new errors.UnexpectedRedirectError('moved', { status: 302 })],
  ['an answer that is not understood', new errors.ResponseParseError('html')],
  ['an answer that is too large', new errors.ResponseTooLargeError('huge', { limitBytes: 1 })],
  ['a wrong set-up', new errors.ConfigurationError('no token')],
  ['an abort', new errors.AbortedError('enough')],
  ['a refusal by policy', new errors.PolicyDeniedError('no')],
  ['an error of somebody else', new TypeError('x is undefined')],
  ['something thrown that is no error', 'no'],
];

describe('failMode: open', () => {
  it.each(OPENS)('passes over %s', async (_what, error) => {
    const { output, decision } = await govern(failing(error), action, () => 'ran', { failMode: 'open', onIncident });
    expect(output).toBe('ran');
    expect(decision.failedOpen).toMatchObject({ code: Reflect.get(error, 'code') });
  });

  it.each(REFUSES)('never passes over %s', async (_what, error) => {
    const run = vi.fn();
    await expect(govern(failing(error), action, run, { failMode: 'open', onIncident })).rejects.toBe(error);
    expect(run).not.toHaveBeenCalled();
  });

  it('never passes over the caller’s own signal', async () => {
    const run = vi.fn();
    const signal = AbortSignal.abort();
    const governed = govern(failing(OPENS[0]?.[1]), action, run, { failMode: 'open', onIncident, signal });
    await expect(governed).rejects.toBeInstanceOf(errors.AbortedError);
    expect(run).not.toHaveBeenCalled();
  });
});

describe('failMode: closed', () => {
  it.each([...OPENS, ...REFUSES])('never passes over %s', async (_what, error) => {
    const run = vi.fn();
    await expect(govern(failing(error), action, run)).rejects.toBe(error);
    expect(run).not.toHaveBeenCalled();
  });
});
