import { govern, PolicyDeniedError } from '@sallyport/core';
import { type GovernorHarness, testGovernor } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { OUR_FEATURES, setUp } from './fixture/setup.js';

function makeHarness(features: string): GovernorHarness {
  const { gateway, rampart } = setUp(features);
  const governor = rampart.asGovernor();
  return {
    governor,
    actions: {
      allow: { tool: 'exec', input: { command: 'git status' } },
      deny: { tool: 'exec', input: { command: 'rm -rf /' } },
      pending: { tool: 'exec', input: { command: 'sudo reboot' } },
    },
    leak: { output: `key=${gateway.secret}`, secret: gateway.secret },
    approve: ({ approvalId }) => gateway.answer(approvalId, 'approved'),
    reject: ({ approvalId }) => gateway.answer(approvalId, 'denied'),
    expire: ({ approvalId }) => gateway.answer(approvalId, 'expired'),
    broken(fault) {
      gateway.fault = fault;
      return governor;
    },
    close: () => rampart.close(),
  };
}

describe('as a governor, at a gateway with our extensions', () => {
  testGovernor(() => makeHarness(OUR_FEATURES), { describe, it });
});

describe('as a governor, at a gateway without them', () => {
  testGovernor(() => makeHarness(''), { describe, it });
});

const pendingAction = { tool: 'exec', input: { command: 'sudo reboot' } };

async function pendingOn(features: string) {
  const { gateway, rampart } = setUp(features);
  const governor = rampart.asGovernor();
  const decision = await governor.decide(pendingAction);
  if (decision.outcome !== 'pending') throw new Error('expected a question');
  return { gateway, governor, decision };
}

describe('asGovernor', () => {
  it('maps tool and operation to the tool, input and resource to its params', async () => {
    const { gateway, rampart } = setUp();
    const action = { tool: 'stripe', operation: 'create_transfer', resource: 'acct_1', input: { cents: 5 } };
    await rampart.asGovernor().decide({ ...action, agent: 'a', session: 's', runId: 'r', callId: 'c' });
    expect(gateway.requests).toEqual([
      {
        path: '/v1/tool/stripe.create_transfer',
        body: { agent: 'a', session: 's', run_id: 'r', tool_call_id: 'c', params: { resource: 'acct_1', cents: 5 } },
      },
    ]);
  });

  it('takes a map of your own', async () => {
    const { gateway, rampart } = setUp();
    const governor = rampart.asGovernor({ map: ({ input }) => ({ tool: 'fetch', params: input, url: 'https://x' }) });
    await governor.decide({ tool: 'browse', input: { q: 1 } });
    expect(gateway.requests).toMatchObject([{ path: '/v1/tool/fetch', body: { params: { q: 1 }, url: 'https://x' } }]);
  });

  it('asks for every action of govern() in the run of its client', async () => {
    const { gateway, rampart } = setUp();
    for (const command of ['a', 'b']) await rampart.govern({ tool: 'exec', input: { command } }, () => undefined);
    const bodies = gateway.requests.map(({ body }) => body);
    expect(bodies).toMatchObject([
      { run_id: 'run-1', agent: 'my-agent' },
      { run_id: 'run-1', session: 's1' },
    ]);
    expect(new Set(bodies.map((body) => JSON.stringify(Reflect.get(Object(body), 'tool_call_id')))).size).toBe(2);
  });

  it('says what the refused could do instead', async () => {
    const { rampart } = setUp();
    const thrown: unknown = await govern(
      rampart.asGovernor(),
      { tool: 'exec', input: { command: 'rm x' } },
      () => 1,
    ).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(PolicyDeniedError);
    expect(thrown).toMatchObject({ reason: 'Destructive', decision: { suggestions: ['rampart allow "rm"'] } });
  });
});

describe('settle', () => {
  it('is woken by a server that announces approval-wait, and repeats the call once', async () => {
    const { gateway, governor, decision } = await pendingOn(OUR_FEATURES);
    gateway.answer(decision.approvalId, 'approved');
    expect(await governor.settle(decision)).toMatchObject({ outcome: 'allow', decisionId: 'audit-2' });
    expect(gateway.requests.map(({ path }) => path)).toEqual([
      '/v1/tool/exec',
      '/v1/approvals/approval-1',
      '/v1/tool/exec',
    ]);
  });

  it('repeats the identical call, ids included, where it is not woken', async () => {
    const { gateway, governor, decision } = await pendingOn('');
    gateway.answer(decision.approvalId, 'approved');
    await governor.settle(decision);
    const [first, second] = gateway.requests;
    expect(second).toEqual(first);
    expect(gateway.count('/v1/approvals')).toBe(0);
  });

  it('takes a new approval id for a refusal', async () => {
    const { gateway, governor, decision } = await pendingOn('');
    gateway.answer(decision.approvalId, 'denied');
    expect(await governor.settle(decision)).toMatchObject({ outcome: 'deny', cause: 'rejected' });
  });

  it('takes an approval that was used before for a refusal', async () => {
    const { gateway, governor, decision } = await pendingOn(OUR_FEATURES);
    gateway.answer(decision.approvalId, 'approved');
    await governor.settle(decision);
    expect(await governor.settle(decision)).toMatchObject({ outcome: 'deny', cause: 'cancelled' });
  });

  it('takes an approval that the gateway has forgotten for a refusal', async () => {
    const { governor, decision } = await pendingOn(OUR_FEATURES);
    const forgotten = { ...decision, approvalId: 'approval-of-last-week' };
    expect(await governor.settle(forgotten)).toMatchObject({ outcome: 'deny', cause: 'cancelled' });
    const late = { ...forgotten, expiresAt: '2026-11-14T10:00:00Z' };
    expect(await governor.settle(late)).toMatchObject({ outcome: 'deny', cause: 'expired' });
  });

  it('says who refused', async () => {
    const { gateway, governor, decision } = await pendingOn(OUR_FEATURES);
    gateway.answer(decision.approvalId, 'denied');
    expect(await governor.settle(decision)).toMatchObject({ cause: 'rejected', reason: 'denied by alice' });
  });

  it('waits no longer than the approval lives, with some grace', async () => {
    const { governor, decision } = await pendingOn(OUR_FEATURES);
    const soon = { ...decision, expiresAt: '2026-11-21T10:00:00Z' };
    expect(await governor.settle(soon)).toMatchObject({ outcome: 'deny', cause: 'expired' });
  });
});

describe('report', () => {
  it('takes nothing but what was allowed', async () => {
    const { gateway, rampart } = setUp(OUR_FEATURES);
    const governor = rampart.asGovernor();
    for (const command of ['rm -rf /', 'sudo id']) {
      const decision: object = await governor.decide({ tool: 'exec', input: { command } });
      const reporting: unknown = Reflect.apply(governor.report, governor, [decision, { status: 'ok' }]);
      await expect(reporting).rejects.toThrow("decision.outcome must be 'allow', and not");
    }
    expect(gateway.count('/v1/outcomes')).toBe(0);
  });

  const allowed = async (features: string, command = 'git status') => {
    const { gateway, rampart } = setUp(features);
    const governor = rampart.asGovernor();
    const decision = await governor.decide({ tool: 'exec', input: { command } });
    return { gateway, governor, decision };
  };

  it('goes to a server that announces outcomes, under the audit id of the decision', async () => {
    const { gateway, governor, decision } = await allowed(OUR_FEATURES);
    if (decision.outcome !== 'allow') throw new Error('expected permission');
    const outcome = { status: 'ok', output: { rows: 2 }, exitCode: 0, durationMs: 12.6 } as const;
    expect(await governor.report(decision, outcome)).toEqual({
      output: { rows: 2 },
      redacted: false,
      reportId: 'outcome-1',
    });
    expect(gateway.requests.at(-1)).toEqual({
      path: '/v1/outcomes',
      body: { audit_id: 'audit-1', status: 'ok', output: '{"rows":2}', exit_code: 0, duration_ms: 13 },
    });
  });

  it('repeats the call with its output where outcomes are unknown, and hands over what is left', async () => {
    const { gateway, governor, decision } = await allowed('');
    if (decision.outcome !== 'allow') throw new Error('expected permission');
    const reported = await governor.report(decision, { status: 'ok', output: `key=${gateway.secret}` });
    expect(reported).toMatchObject({ redacted: true, output: '[REDACTED: sensitive content removed by Rampart]' });
    expect(gateway.requests[1]).toMatchObject({ path: '/v1/tool/exec', body: { response: `key=${gateway.secret}` } });
  });

  it.each([
    ['2 MB of text', 'x'.repeat(2_000_000)],
    ['200 kB that JSON makes 1.2 MB of', '\0'.repeat(200_000)],
    ['a number that JSON has not', { count: 1n }],
  ])('withholds what cannot be scanned (%s), and reports what happened all the same', async (_what, output) => {
    for (const features of [OUR_FEATURES, '']) {
      const { gateway, governor, decision } = await allowed(features);
      if (decision.outcome !== 'allow') throw new Error('expected permission');
      const reported = await governor.report(decision, { status: 'ok', output, exitCode: 0 });
      expect(reported).toMatchObject({ redacted: true, output: expect.stringContaining('could not scan this output') });
      const sent = gateway.requests.at(-1);
      if (features !== '') expect(sent?.body).toEqual({ audit_id: 'audit-1', status: 'ok', exit_code: 0 });
      else expect(gateway.requests).toHaveLength(1);
    }
  });

  it('scans bytes as the text that they are', async () => {
    const { gateway, governor, decision } = await allowed(OUR_FEATURES);
    if (decision.outcome !== 'allow') throw new Error('expected permission');
    const reported = await governor.report(decision, { status: 'ok', output: Buffer.from(`key=${gateway.secret}`) });
    expect(reported).toMatchObject({ redacted: true });
    expect(gateway.requests.at(-1)).toMatchObject({ body: { output: `key=${gateway.secret}` } });
  });

  it('cuts the message of an error to what a gateway keeps', async () => {
    const { gateway, governor, decision } = await allowed(OUR_FEATURES);
    if (decision.outcome !== 'allow') throw new Error('expected permission');
    await governor.report(decision, { status: 'error', error: 'e'.repeat(2_000_000) });
    expect(gateway.requests.at(-1)).toMatchObject({ body: { error: 'e'.repeat(4096) } });
  });

  it('does not repeat a call whose approval is used up', async () => {
    const { gateway, governor, decision } = await pendingOn('');
    gateway.answer(decision.approvalId, 'approved');
    const settled = await governor.settle(decision);
    if (settled.outcome !== 'allow') throw new Error('expected permission');
    const asked = gateway.requests.length;
    expect(await governor.report(settled, { status: 'ok', output: 'x' })).toEqual({ output: 'x', redacted: false });
    expect(gateway.requests.length).toBe(asked);
  });

  it('withholds an output when the repeated call is refused', async () => {
    const { governor, decision } = await allowed('', 'git status');
    if (decision.outcome !== 'allow') throw new Error('expected permission');
    const now = { ...decision, action: { ...decision.action, input: { command: 'rm -rf /' } } };
    expect(await governor.report(now, { status: 'ok', output: 'x' })).toMatchObject({ redacted: true });
  });
});
