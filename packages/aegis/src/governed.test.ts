import { ApprovalRequiredError, PolicyDeniedError } from '@sallyport/core';
import { describe, expect, it, vi } from 'vitest';
import { AegisDeniedError, AegisError } from './errors.js';
import { setUp } from './fixture/setup.js';

const caught = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('governed', () => {
  it('runs the function after an ALLOW, with the arguments that were decided on', async () => {
    const { gateway, client } = setUp();
    const read = client.governed('file.read')(async ({ path }: { path: string }, { outcome }) => `${outcome} ${path}`);
    const parameters = { path: '/data/x' };
    const reading = read(parameters);
    parameters.path = '/etc/shadow';
    expect(await reading).toBe('ALLOW /data/x');
    expect(gateway.requests[0]?.body).toMatchObject({
      actor: { id: 'langchain-agent', type: 'ai-agent' },
      action: { capability: 'file.read', parameters: { path: '/data/x' } },
    });
  });

  it.each([
    ['file.write', 'DENY', 'policy_denied'],
    ['network.fetch', 'ESCALATE', 'approval_required'],
    ['shell.exec', 'REQUIRE_CONFIRMATION', 'approval_required'],
  ])('throws on %s, and runs nothing', async (capability, outcome, code) => {
    const run = vi.fn();
    const error = await caught(setUp().client.governed(capability)(run)({ a: 1 }));
    for (const type of [AegisDeniedError, AegisError, PolicyDeniedError]) expect(error).toBeInstanceOf(type);
    expect(error instanceof ApprovalRequiredError).toBe(outcome !== 'DENY');
    expect(error).toMatchObject({ outcome, code, message: expect.stringMatching(/^Governance denied: \w/) });
    expect(JSON.stringify(error)).not.toContain('cft_');
    expect(run).not.toHaveBeenCalled();
  });

  it('runs nothing when there is no decision', async () => {
    const run = vi.fn();
    const { gateway, client } = setUp({ retries: 0 });
    gateway.fault = 'down';
    expect(await caught(client.governed('file.read')(run)({}))).toBeInstanceOf(AegisError);
    expect(run).not.toHaveBeenCalled();
  });

  it('hands on what the function throws, and proposes for another actor', async () => {
    const failure = new RangeError('mine');
    const { gateway, client } = setUp();
    const wrap = client.governed('file.read', { actor: { id: 'cron', type: 'automation' }, resource: '/data' });
    expect(await caught(wrap(() => Promise.reject(failure))({}))).toBe(failure);
    expect(gateway.requests[0]?.body).toMatchObject({ actor: { id: 'cron' }, action: { resource: '/data' } });
  });

  it('refuses what JSON cannot hold, and what is no function', async () => {
    const { client } = setUp();
    const wrap = client.governed('file.read');
    expect(await caught(wrap(() => 1)({ when: new Date(0) }))).toBeInstanceOf(AegisError);
    expect(() => Reflect.apply(wrap, undefined, ['no function'])).toThrow(AegisError);
  });
});
