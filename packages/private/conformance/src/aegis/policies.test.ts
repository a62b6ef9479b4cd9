import type { Outcome, PolicyParams, PolicyRule } from '@sallyport/aegis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AegisRig, bodyOf, proposalOf, startAegis } from '../support/aegis.js';
import { caught } from '../support/caught.js';
import { storeSettings } from '../support/settings.js';

/** The examples that the platform's documents print. */
const EXAMPLES: readonly (readonly [rule: PolicyRule, actor: string, parameters: object, outcome: Outcome])[] = [
  [
    { capability: 'demo.data', condition: "parameters.database == 'production'", outcome: 'REQUIRE_CONFIRMATION' },
    'demo-agent',
    { database: 'production' },
    'REQUIRE_CONFIRMATION',
  ],
  [
    { capability: 'demo.data', condition: "parameters.database == 'production'", outcome: 'REQUIRE_CONFIRMATION' },
    'demo-agent',
    { database: 'staging' },
    'ALLOW',
  ],
  [
    {
      capability: 'demo.data',
      condition: "actor.id == 'marketing-bot' and parameters.recipient_count > 1000",
      outcome: 'ESCALATE',
    },
    'marketing-bot',
    { recipient_count: 1001 },
    'ESCALATE',
  ],
  [
    {
      capability: 'demo.data',
      condition: "actor.id == 'marketing-bot' and parameters.recipient_count > 1000",
      outcome: 'ESCALATE',
    },
    'marketing-bot',
    { recipient_count: 1000 },
    'ALLOW',
  ],
];

describe.each(storeSettings)('policies ($name)', ({ store }) => {
  let rig: AegisRig;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    rig = await startAegis({ store: kept.address, aegis: { aggregateLimit: false } });
    await rig.admin.capabilities.register({ name: 'demo.data' });
    for (const actor of ['demo-agent', 'marketing-bot'])
      await rig.admin.grants.create(actor, { capability: 'demo.data' });
    await rig.admin.policies.create({ name: 'Allow data', rules: [{ capability: 'demo.*', outcome: 'ALLOW' }] });
  });
  afterAll(async () => {
    await rig.close();
    await remove();
  });

  let made = 0;
  /** Runs with one more policy in force. */
  const under = async <T>(rules: PolicyParams['rules'], run: (name: string) => Promise<T>): Promise<T> => {
    made += 1;
    const name = `policy ${made}`;
    const policy = await rig.admin.policies.create({ name, rules });
    try {
      return await run(name);
    } finally {
      await rig.admin.policies.update(policy.id, { name, rules, enabled: false });
    }
  };
  const ask = (parameters: object = {}, actor = 'demo-agent') =>
    rig.agent.propose(proposalOf('demo.data', { actor, parameters: { ...parameters } }));

  test.each(EXAMPLES)('%j for %s with %j: %s', async (rule, actor, parameters, outcome) => {
    await under([{ priority: 100, ...rule }], async (name) => {
      const decision = await ask(parameters, actor);
      expect(decision.outcome).toBe(outcome);
      if (outcome !== 'ALLOW') expect(decision.reason).toContain(`policy '${name}'`);
    });
  });

  test('office hours: time is the gateway’s, in UTC', async () => {
    const rule = { capability: 'demo.data', condition: 'time.hour < 9 or time.hour > 17', outcome: 'DENY' } as const;
    await under([{ ...rule, priority: 200 }], async () => {
      const at = async (hour: number) => {
        const { now } = await rig.dev('clock', { advanceMs: 0 });
        const wanted = new Date(Number(now));
        wanted.setUTCHours(hour, 30, 0, 0);
        if (wanted.getTime() < Number(now)) wanted.setUTCDate(wanted.getUTCDate() + 1);
        await rig.dev('clock', { advanceMs: wanted.getTime() - Number(now) });
        return (await ask()).outcome;
      };
      expect([await at(8), await at(9), await at(17), await at(18)]).toEqual(['DENY', 'ALLOW', 'ALLOW', 'DENY']);
    });
  });

  test('the strictest outcome wins at any priority', async () => {
    const outcomes: readonly Outcome[] = ['ALLOW', 'REQUIRE_CONFIRMATION', 'ESCALATE', 'DENY'];
    for (const [strictness, outcome] of outcomes.entries()) {
      const rules = outcomes
        .slice(0, strictness + 1)
        .map((each, index) => ({ capability: 'demo.data', outcome: each, priority: 1000 - index }));
      expect((await under(rules, () => ask())).outcome).toBe(outcome);
    }
  });

  test('where priority decides, the rule of the highest one wins', async () => {
    const other = await startAegis({ aegis: { precedence: 'priority' } });
    const rules = [
      { capability: 'file.read', outcome: 'DENY', priority: 150 },
      { capability: 'file.read', outcome: 'ALLOW', priority: 160 },
    ] as const;
    await other.admin.policies.create({ name: 'Prefer reads', rules });
    expect((await other.agent.propose(proposalOf('file.read'))).outcome).toBe('ALLOW');
    await other.close();
  });

  test('a policy that is switched off counts no more, from the next decision on', async () => {
    const rules = [{ capability: 'demo.data', outcome: 'DENY' }] as const;
    expect((await under(rules, () => ask())).outcome).toBe('DENY');
    expect((await ask()).outcome).toBe('ALLOW');
  });

  test('a condition that throws is no decision: 500, POL-009, an entry in the log, and nothing was allowed', async () => {
    const rules = [{ capability: 'demo.data', condition: 'parameters.n > 1000', outcome: 'ESCALATE' }] as const;
    await under(rules, async () => {
      const body = bodyOf('demo.data', { action: { capability: 'demo.data', parameters: { n: '1001' } } });
      const answer = await rig.send('POST', '/api/v1/governance/propose', { body });
      expect([answer.status, answer.body['error_code'], answer.body['type']]).toEqual([
        500,
        'AEGIS-POL-009',
        'AEGISPolicyError',
      ]);
      expect(answer.body['cause']).toMatch(/^pol_/);
      const { entries } = await rig.admin.audit.log({ eventType: 'governance.rejected', limit: 1 });
      expect(entries).toMatchObject([{ capability: 'demo.data', actorId: 'demo-agent' }]);
      const error = await caught(ask({ n: '1001' }));
      expect(error).toMatchObject({ name: 'GovernanceError', status: 500, errorCode: 'AEGIS-POL-009' });
    });
  });

  test('a condition that throws does not shield from a denial that was met before it', async () => {
    const rules = [
      { capability: 'demo.data', outcome: 'DENY', priority: 300 },
      { capability: 'demo.data', condition: 'parameters.n > 1000', outcome: 'ESCALATE', priority: 200 },
    ] as const;
    expect((await under(rules, () => ask({ n: 'x' }))).outcome).toBe('DENY');
  });

  test.each([
    'parameters.x ==',
    '== 1',
    'os.system("x")',
    'parameters.x + 1 > 2',
    "parameters.x == 'open",
    '(parameters.x == 1',
    '__proto__.x == 1',
    '',
    `${'('.repeat(5000)}true${')'.repeat(5000)}`,
  ])('the condition %j is refused when it is written', async (condition) => {
    const params = { name: 'unreadable', rules: [{ capability: 'a.b', condition, outcome: 'DENY' }] } as const;
    const error = await caught(rig.admin.policies.create(params));
    expect(error).toMatchObject({ status: 400, errorCode: 'AEGIS-REQ-002' });
  });

  test('a pattern of a condition takes no time that grows without end', async () => {
    const condition = "parameters.text matches '^(a+)+$'";
    const rules = [{ capability: 'demo.data', condition, outcome: 'DENY' }] as const;
    const began = performance.now();
    expect((await under(rules, () => ask({ text: `${'a'.repeat(8_000)}!` }))).outcome).toBe('ALLOW');
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test.each<[what: string, params: object]>([
    ['no rules at all', { rules: [] }],
    [
      'more rules than a policy may have',
      { rules: Array.from({ length: 1001 }, () => ({ capability: 'a.b', outcome: 'DENY' })) },
    ],
    ['a rule of an unknown outcome', { rules: [{ capability: 'a.b', outcome: 'PERHAPS' }] }],
    ['a rule of no capability', { rules: [{ capability: '', outcome: 'DENY' }] }],
    ['no name', { name: '', rules: [{ capability: 'a.b', outcome: 'DENY' }] }],
    ['a name beyond all measure', { name: 'n'.repeat(100_000) }],
    [
      'a condition beyond all measure',
      { rules: [{ capability: 'a.b', outcome: 'DENY', condition: `true${' or true'.repeat(10_000)}` }] },
    ],
  ])('a policy with %s is refused', async (_what, params) => {
    const body = { name: 'refused', rules: [{ capability: 'a.b', outcome: 'DENY' }], ...params };
    const answer = await rig.send('POST', '/api/v1/policies', { token: rig.tokens.admin, body });
    expect([answer.status, answer.body['error_code']]).toEqual([400, 'AEGIS-REQ-002']);
  });

  test('a policy of more bytes than a request may have is refused, and the gateway goes on', async () => {
    const body = JSON.stringify({ name: 'big', description: 'x'.repeat(11 * 1024 * 1024), rules: [] });
    const answer = await rig.send('POST', '/api/v1/policies', { token: rig.tokens.admin, body });
    expect([answer.status, answer.body['error_code']]).toEqual([400, 'AEGIS-REQ-003']);
    expect((await ask()).outcome).toBe('ALLOW');
  });

  test('two policies of one name are refused, and so is the update of none', async () => {
    const params = { name: 'twice', rules: [{ capability: 'a.b', outcome: 'DENY' }] } as const;
    await rig.admin.policies.create(params);
    expect(await caught(rig.admin.policies.create(params))).toMatchObject({ status: 409, errorCode: 'AEGIS-POL-010' });
    expect(await caught(rig.admin.policies.update('pol_nothing', params))).toMatchObject({ status: 404 });
  });
});
