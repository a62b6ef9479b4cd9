import { AegisRateLimitError } from '@sallyport/aegis';
import { RateLimitError } from '@sallyport/core';
import { describe, expect, test } from 'vitest';
import { type AegisRig, type AegisRigOptions, bodyOf, proposalOf, startAegis } from '../support/aegis.js';
import { caught } from '../support/caught.js';
import type { Answer } from '../support/http.js';
import { storeSettings } from '../support/settings.js';

const PROPOSE = '/api/v1/governance/propose';

describe.each(storeSettings)('risk and limits ($name)', ({ store }) => {
  async function running(options: AegisRigOptions['aegis'], run: (rig: AegisRig) => Promise<void>): Promise<void> {
    const kept = await store.create();
    const rig = await startAegis({ store: kept.address, ...(options !== undefined && { aegis: options }) });
    try {
      await run(rig);
    } finally {
      await rig.close();
      await kept.remove();
    }
  }

  /** Lets the demo agent write files, and run commands, as far as policies go. */
  async function allowEverything({ admin }: AegisRig): Promise<void> {
    await admin.grants.create('demo-agent', { capability: 'file.write' });
    await admin.policies.create({ name: 'Allow writes', rules: [{ capability: 'file.write', outcome: 'ALLOW' }] });
    for await (const { id, name, rules } of admin.policies.list()) {
      if (rules[0]?.capability !== 'shell.exec') continue;
      await admin.policies.update(id, { name, rules: [{ capability: 'shell.exec', outcome: 'ALLOW' }] });
    }
  }

  test('what is allowed and risky needs a confirmation from 0.7 on, and an operator from 0.9 on', () =>
    running({}, async (rig) => {
      await allowEverything(rig);
      const ask = (capability: string, resource: string) => rig.agent.propose(proposalOf(capability, { resource }));
      const shadow = await ask('file.write', '/etc/shadow');
      expect([shadow.outcome, shadow.riskScore, shadow.reason]).toEqual([
        'REQUIRE_CONFIRMATION',
        0.765,
        "Risk score 7.65/10.0 exceeds confirmation threshold (7.0). Risk score 7.6/10.0 for file_write on '/etc/shadow'. " +
          'Factors: sensitive target (9).',
      ]);
      const wipe = await ask('shell.exec', 'rm -rf /');
      // Never seen to run commands before: an anomaly, on top of 9.3.
      expect([wipe.outcome, wipe.riskScore]).toEqual(['ESCALATE', 0.975]);
      expect(wipe.reason).toMatch(/^Risk score 9\.75\/10\.0 exceeds escalation threshold \(9\.0\)\./);
      expect((await ask('file.write', '/data/notes')).outcome).toBe('ALLOW');
    }));

  test('thresholds are the operator’s to set', () =>
    running({ confirmationThreshold: 0.5, escalationThreshold: 11 }, async ({ agent }) => {
      const decision = await agent.propose(proposalOf('file.read', { resource: '/docs/readme.md' }));
      expect([decision.outcome, decision.riskScore]).toEqual(['REQUIRE_CONFIRMATION', 0.075]);
    }));

  test('what is denied is risky or not, and stays denied', () =>
    running({}, async ({ agent }) => {
      const decision = await agent.propose(proposalOf('file.write', { resource: '/etc/shadow' }));
      expect([decision.outcome, decision.riskScore]).toEqual(['DENY', 0.765]);
    }));

  test('an agent’s history counts: ten decisions make the next one riskier', () =>
    running({ aggregateLimit: false }, async ({ agent }) => {
      const scores: number[] = [];
      for (let index = 0; index <= 10; index += 1) {
        const { riskScore } = await agent.propose(proposalOf('file.read', { resource: `/docs/${index}` }));
        scores.push(riskScore);
      }
      expect(scores.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 0.075));
      expect(scores[10]).toBe(0.105);
      const other = await agent.propose(proposalOf('database.query', { actor: 'agent-001' }));
      expect(other.riskScore).toBe(0.135);
    }));

  test('the twenty-first action of an agent within a minute is escalated; later ones are not', () =>
    running({}, async (rig) => {
      const ask = (index: number) => rig.agent.propose(proposalOf('file.read', { resource: `/docs/${index}` }));
      const outcomes: string[] = [];
      for (let index = 0; index < 20; index += 1) outcomes.push((await ask(index)).outcome);
      expect(new Set(outcomes)).toEqual(new Set(['ALLOW']));
      expect(await ask(20)).toMatchObject({
        outcome: 'ESCALATE',
        reason:
          'Aggregate impact: 21 actions within 60.0s window exceeds threshold of 20 (RT-012 / T2002). ' +
          'Individual actions may be valid but aggregate pattern is destructive.',
      });
      await rig.dev('clock', { advanceMs: 60_001 });
      expect((await ask(21)).outcome).toBe('ALLOW');
    }));

  test('proposals of one agent beyond its limit are answered 429, and come through a minute later', () =>
    running({ agentProposalsPerMinute: 3 }, async (rig) => {
      const ask = () => rig.send('POST', PROPOSE, { body: bodyOf('file.read') });
      const answers = [await ask(), await ask(), await ask(), await ask()];
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
      const last = answers[3];
      expect(last?.body).toMatchObject({ error_code: 'AEGIS-GW-001', cause: 'request.agent_id', retryable: true });
      expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
      const error = await caught(rig.agent.propose(proposalOf('file.read')));
      for (const type of [AegisRateLimitError, RateLimitError]) expect(error).toBeInstanceOf(type);
      expect(error).toMatchObject({ status: 429, errorCode: 'AEGIS-GW-001', retryAfterMs: expect.any(Number) });
      expect((await rig.agent.propose(proposalOf('database.query', { actor: 'agent-001' }))).outcome).toBe('ALLOW');
      await rig.dev('clock', { advanceMs: 61_000 });
      expect((await ask()).status).toBe(200);
    }));

  test('a proposal that was put off comes through under its own request id, with the same key', () =>
    running({ agentProposalsPerMinute: 1 }, async (rig) => {
      await rig.agent.propose(proposalOf('file.read'));
      const body = bodyOf('file.read', { request_id: 'patient' });
      const send = () => rig.send('POST', PROPOSE, { body, headers: { 'X-Idempotency-Key': 'patient' } });
      expect((await send()).status).toBe(429);
      await rig.dev('clock', { advanceMs: 61_000 });
      expect((await send()).body['outcome']).toBe('ALLOW');
    }));

  test('a clock that is set back holds nobody up until it is where it was, and the log verifies', () =>
    running({ agentProposalsPerMinute: 2 }, async (rig) => {
      const rateLimit = { maxRequests: 1, windowSeconds: 60 };
      await rig.admin.grants.create('demo-agent', { capability: 'file.read', constraints: { rateLimit } });
      const ask = () => rig.send('POST', PROPOSE, { body: bodyOf('file.read') });
      const { now } = await rig.dev('clock', { advanceMs: 7_200_000 });
      expect([(await ask()).body['outcome'], (await ask()).body['outcome']]).toEqual(['ALLOW', 'DENY']);
      await rig.dev('clock', { set: Math.round(Number(now)) - 30_000 });
      expect((await ask()).status).toBe(429);
      await rig.dev('clock', { set: Math.round(Number(now)) - 3_600_000 });
      expect((await ask()).body['outcome']).toBe('ALLOW');
      const verified = await rig.send('GET', '/sallyport/v1/log/aegis/verify', { token: rig.tokens.admin });
      expect(verified.body).toMatchObject({ ok: true });
    }));

  test('an API key beyond its requests is answered 429, also for reading', () =>
    running({ requestsPerMinute: 3 }, async (rig) => {
      const list = () => rig.send('GET', '/api/v1/capabilities');
      // All within one minute of the clock.
      const { now } = await rig.dev('clock', { advanceMs: 0 });
      await rig.dev('clock', { advanceMs: 60_000 - (Number(now) % 60_000) });
      const answers = [await list(), await list(), await list(), await list()];
      const limits = answers.map(({ status, headers }) => [status, headers.get('x-ratelimit-remaining')]);
      expect(limits).toEqual([
        [200, '2'],
        [200, '1'],
        [200, '0'],
        [429, '0'],
      ]);
      const last = answers[3];
      expect([last?.body['error_code'], last?.headers.get('retry-after')]).toEqual([
        'AEGIS-RATE-001',
        expect.stringMatching(/^[1-9]\d?$/),
      ]);
      await rig.dev('clock', { advanceMs: 60_000 });
      expect((await list()).status).toBe(200);
    }));

  test('what is left is on every answer, whatever it is', () =>
    running({}, async (rig) => {
      const { send, tokens } = rig;
      const none = { token: null };
      const answers: readonly (readonly [status: number, answer: Promise<Answer>])[] = [
        [200, send('POST', PROPOSE, { body: bodyOf('file.read') })],
        [200, send('POST', PROPOSE, { body: bodyOf('file.write') })],
        [200, send('GET', '/api/v1/health', none)],
        [204, send('DELETE', '/api/v1/actors/nobody/grants/file.read', { token: tokens.admin })],
        [400, send('POST', PROPOSE, { body: '{' })],
        [401, send('POST', PROPOSE, { ...none, body: bodyOf('file.read') })],
        [401, send('GET', '/api/v1/policies', { token: 'aegis_sk_live_nobody' })],
        [403, send('GET', '/api/v1/audit/log')],
        [404, send('GET', '/api/v1/nowhere')],
        [404, send('GET', '/api/v1/governance/decisions/dec_x')],
      ];
      for (const [status, answer] of answers) {
        const { status: got, headers } = await answer;
        const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
          Number(headers.get(`x-ratelimit-${name}`) ?? Number.NaN),
        );
        expect([got, limit]).toEqual([status, 1000]);
        expect(remaining).toBeLessThanOrEqual(1000);
        // Unix seconds, of the next full minute.
        expect(reset).toBeGreaterThan(1_700_000_000);
        expect(Number(reset) % 60).toBe(0);
      }
    }));
});
