import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Rig, startRig } from '../support/rig.js';

const SECRET = `AKIA${'M'.repeat(16)}`;

describe('monitor mode', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig({ rampart: { mode: 'monitor' } });
  });
  afterAll(() => rig.close());

  test('lets everything pass, and says what policy would have said', async () => {
    const { data, meta } = await rig.agent.exec('rm -rf /').withResponse();
    expect(meta.status).toBe(200);
    expect(data).toMatchObject({
      decision: 'allow',
      allowed: true,
      enforced: false,
      message: 'monitor mode observed deny; action allowed: Destructive command blocked',
      policyDecision: 'deny',
      policyMessage: 'Destructive command blocked',
      suggestions: [],
    });
    expect(await rig.agent.exec('ls')).toMatchObject({ enforced: false, policyDecision: 'allow' });
  });

  test('asks nobody', async () => {
    expect(await rig.agent.exec('sudo id')).toMatchObject({ allowed: true, policyDecision: 'ask' });
    expect((await rig.approver.approvals.list()).approvals).toEqual([]);
  });

  test('leaves an output as it is, and says what it would have done', async () => {
    expect(await rig.agent.exec('cat x', { response: SECRET })).toMatchObject({
      allowed: true,
      response: SECRET,
      responsePolicyDecision: 'deny',
      responsePolicyMessage: 'Sensitive credential detected in response',
      responsePolicy: 'block-credential-leaks',
    });
    const { events } = await rig.admin.audit.events({ limit: 1 });
    expect(events).toMatchObject([{ response: { flags: ['response-evaluated', 'response-observed-deny'] } }]);
  });

  test('a preview shows the real decision; at a boundary it lets pass', async () => {
    expect(await rig.agent.preflightExec('rm -rf /')).toMatchObject({
      decision: 'deny',
      allowed: false,
      enforced: false,
    });
    const enforced = await rig.agent.enforce('exec', { command: 'rm -rf /' });
    expect(enforced).toMatchObject({
      allowed: true,
      enforced: false,
      enforcementRequested: true,
      policyDecision: 'deny',
    });
  });

  test('govern runs, and redacts nothing', async () => {
    const action = { tool: 'exec', input: { command: 'rm -rf /' } };
    expect(await rig.agent.govern(action, () => SECRET)).toMatchObject({ source: 'run', output: SECRET });
  });

  test('says which mode it is in', async () => {
    expect(await rig.agent.health()).toMatchObject({ mode: 'monitor' });
    expect(await rig.admin.status()).toMatchObject({ mode: 'monitor' });
  });
});

describe('disabled mode', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig({ rampart: { mode: 'disabled' } });
  });
  afterAll(() => rig.close());

  test('asks no policy, scans nothing, and still writes down what was asked', async () => {
    const answer = await rig.agent.exec('rm -rf /', { response: SECRET });
    expect(answer).toMatchObject({
      decision: 'allow',
      allowed: true,
      message: 'policy evaluation disabled',
      evalDurationUs: 0,
    });
    expect(answer).not.toHaveProperty('response');
    expect(await rig.agent.preflightExec('rm -rf /')).toMatchObject({ allowed: true, enforced: false });
    expect((await rig.admin.audit.events()).totalInFile).toBe(2);
  });
});
