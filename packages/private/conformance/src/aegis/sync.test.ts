import {
  AegisAuthError,
  AegisClient,
  AegisConnectionError,
  AegisDeniedError,
  AegisError,
  Decision,
  GovernanceError,
} from '@sallyport/aegis';
import { AegisClientSync } from '@sallyport/aegis/sync';
import {
  ApprovalRequiredError,
  ApprovalTimeoutError,
  BadRequestError,
  ConfigurationError,
  ConflictError,
  ConnectionError,
  NotFoundError,
  PermissionDeniedError,
  PolicyDeniedError,
} from '@sallyport/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proposalOf, startAegis } from '../support/aegis.js';
import { thrown } from '../support/caught.js';
import { startGateway, type TestGateway } from '../support/gateway.js';

describe('the blocking client against a gateway in another process', () => {
  let gateway: TestGateway;
  const open: AegisClientSync[] = [];
  const client = (apiKey: string | undefined) => {
    const made = new AegisClientSync({ endpoint: gateway.url, apiKey: apiKey ?? '', retries: 0 });
    open.push(made);
    return made;
  };
  let agent: AegisClientSync;
  let operator: AegisClientSync;
  let admin: AegisClientSync;
  beforeAll(async () => {
    gateway = await startGateway();
    const { apiKey, operatorKey, adminKey } = gateway.credentials['aegis'] ?? {};
    agent = client(apiKey);
    operator = client(operatorKey);
    admin = client(adminKey);
  });
  afterAll(async () => {
    for (const each of open) each.close();
    await gateway.close();
  });

  test('has the members of the async client, but for governors and routes', async () => {
    const async = new AegisClient({ endpoint: gateway.url, apiKey: 'any' });
    const methods = (of: object) =>
      Object.getOwnPropertyNames(of).filter(
        (name) => typeof Reflect.get(of, name) === 'function' && name !== 'constructor',
      );
    const left: readonly string[] = ['asGovernor', 'requireGovernance'];
    const wanted = methods(AegisClient.prototype).filter((name) => !left.includes(name));
    expect(methods(agent)).toEqual(expect.arrayContaining(wanted));
    for (const part of ['decisions', 'escalations', 'capabilities', 'policies', 'grants', 'audit'] as const) {
      expect(methods(agent[part])).toEqual(methods(Object.getPrototypeOf(async[part])));
    }
    await async.close();
  });

  test('answers what the async client answers', async () => {
    const async = new AegisClient({ endpoint: gateway.url, apiKey: gateway.credentials['aegis']?.['adminKey'] ?? '' });
    expect(admin.health()).toEqual({ ...(await async.health()), timestamp: expect.any(String) });
    expect([...admin.capabilities.list()]).toEqual((await async.capabilities.list()).capabilities);
    expect(admin.capabilities.get('file.read')).toEqual(await async.capabilities.get('file.read'));
    expect([...admin.policies.list()]).toEqual((await async.policies.list()).policies);
    expect([...admin.grants.list('demo-agent')]).toEqual((await async.grants.list('demo-agent')).grants);
    expect(admin.request('GET', '/api/v1/capabilities')).toEqual(await async.request('GET', '/api/v1/capabilities'));
    await async.close();
  });

  test('proposes, confirms, and asks on the calling thread', () => {
    const decision = agent.propose(proposalOf('file.read'));
    expect(decision).toBeInstanceOf(Decision);
    expect([decision.outcome, decision.decision_id]).toEqual(['ALLOW', decision.decisionId]);
    const proposal = proposalOf('shell.exec');
    const asked = agent.propose(proposal);
    expect(agent.confirm(asked, proposal).outcome).toBe('ALLOW');
    const prompts: string[] = [];
    const confirmed = agent.proposeWithConfirmation(proposal, ({ decision_id }) => prompts.push(decision_id) === 1);
    expect([confirmed.outcome, prompts]).toEqual(['ALLOW', [expect.stringMatching(/^dec_/)]]);
    expect(agent.proposeWithConfirmation(proposal, () => false).outcome).toBe('REQUIRE_CONFIRMATION');
  });

  test('waits for an operator, and redeems', () => {
    const proposal = proposalOf('network.fetch', { parameters: { url: 'https://example.test/' } });
    const asked = agent.propose(proposal);
    const id = String(asked.constraints['escalation_id']);
    expect(thrown(() => agent.waitForEscalation(asked, { maxWaitMs: 30 }))).toBeInstanceOf(ApprovalTimeoutError);
    expect([...operator.escalations.list()].map(({ escalationId }) => escalationId)).toContain(id);
    operator.escalations.respond(id, { decision: 'approve', operatorId: 'alice' });
    const verdict = agent.waitForEscalation(asked);
    expect(verdict).toMatchObject({ status: 'approved', operatorId: 'alice' });
    expect(agent.escalations.get(id)).toEqual(verdict);
    expect(agent.confirm(verdict, proposal).outcome).toBe('ALLOW');
  });

  test('administers, and reads what was recorded', () => {
    admin.capabilities.register({ name: 'sync.thing', riskLevel: 'low' });
    const rules = [{ capability: 'sync.thing', outcome: 'ALLOW' }] as const;
    const policy = admin.policies.create({ name: 'Sync', rules });
    admin.grants.create('sync-agent', { capability: 'sync.thing' });
    const proposal = proposalOf('sync.thing', { actor: 'sync-agent' });
    const decision = agent.propose(proposal);
    expect(decision.outcome).toBe('ALLOW');
    expect(agent.reportExecution(decision, { status: 'completed' })).toHaveProperty('auditRef');
    admin.policies.update(policy.id, { name: 'Sync', rules, enabled: false });
    expect(agent.propose(proposal).outcome).toBe('DENY');
    admin.grants.revoke('sync-agent', 'sync.thing');
    const again = agent.decisions.get(decision.decisionId);
    expect(again).toBeInstanceOf(Decision);
    expect(again).toEqual(decision);
    expect(operator.audit.trail(decision.decisionId).execution).toMatchObject({ status: 'completed' });
    expect(operator.audit.events({ limit: 1 })).toMatchObject([{ agentId: 'sync-agent', decision: 'DENY' }]);
    const entries = [...operator.audit.log({ actorId: 'sync-agent', limit: 1 })];
    expect(entries.map(({ eventType }) => eventType)).toEqual([
      'governance.decision',
      'governance.execution',
      'governance.decision',
    ]);
    expect([...agent.decisions.list({ actorId: 'sync-agent', limit: 1 })].map(({ outcome }) => outcome)).toEqual([
      'DENY',
      'ALLOW',
    ]);
  });

  test('governs functions on the calling thread', () => {
    const actor = { id: 'demo-agent', type: 'ai-agent' } as const;
    const read = agent.governed('file.read', { actor })(({ path }: { path: string }) => `read ${path}`);
    expect(read({ path: '/data/x' })).toBe('read /data/x');
    const ran: string[] = [];
    const denied = thrown(() => agent.governed('file.write', { actor })(() => ran.push('ran'))({}));
    for (const type of [AegisDeniedError, PolicyDeniedError]) expect(denied).toBeInstanceOf(type);
    const asked = thrown(() => agent.governed('shell.exec', { actor })(() => ran.push('ran'))({}));
    expect(asked).toBeInstanceOf(ApprovalRequiredError);
    expect(ran).toEqual([]);
    const action = { tool: 'file', operation: 'read', agent: 'demo-agent', input: { path: '/data/x' } };
    expect(agent.govern(action, ({ path }) => `read ${String(path)}`)).toMatchObject({ output: 'read /data/x' });
  });

  test.each<[what: string, types: readonly (abstract new (...args: never) => Error)[], fail: () => unknown]>([
    ['an invalid proposal', [GovernanceError, BadRequestError], () => agent.propose(proposalOf('No Such'))],
    ['what a key may not', [AegisAuthError, PermissionDeniedError], () => agent.audit.events()],
    ['what is not there', [GovernanceError, NotFoundError], () => agent.decisions.get('dec_nobody')],
    [
      'what is there already',
      [GovernanceError, ConflictError],
      () => admin.capabilities.register({ name: 'file.read' }),
    ],
    ['a key of nobody', [AegisAuthError], () => client('nobody').propose(proposalOf('file.read'))],
    ['a page in the middle', [GovernanceError], () => [...operator.audit.log({ limit: 201 })]],
  ])('throws %s as the async client does, and an AegisError', (_what, types, fail) => {
    const error = thrown(fail);
    for (const type of [...types, AegisError]) expect(error).toBeInstanceOf(type);
    const { stack = '' }: { stack?: string } = Object(error);
    expect(stack).toContain('sync.test.ts');
  });

  test('refuses what cannot go to another thread', () => {
    const options: object = { endpoint: gateway.url, apiKey: 'k', fetch: () => {} };
    expect(thrown(() => new AegisClientSync(options))).toBeInstanceOf(ConfigurationError);
    const asynchronous = () => agent.governed('file.read')(async () => 'ran')({});
    expect(thrown(asynchronous)).toBeInstanceOf(Error);
  });

  test('refuses a gateway of the calling thread instead of waiting for it for ever', async () => {
    const rig = await startAegis();
    const own = new AegisClientSync({ endpoint: rig.url, apiKey: rig.tokens.agent });
    expect(thrown(() => own.propose(proposalOf('file.read')))).toBeInstanceOf(ConfigurationError);
    await rig.close();
  });

  test('a gateway that is gone is a connection error, and a closed client refuses', async () => {
    const doomed = await startGateway();
    const { apiKey = '' } = doomed.credentials['aegis'] ?? {};
    const lonely = new AegisClientSync({ endpoint: doomed.url, apiKey, retries: 0 });
    expect(lonely.propose(proposalOf('file.read')).outcome).toBe('ALLOW');
    await doomed.kill();
    const error = thrown(() => lonely.propose(proposalOf('file.read')));
    for (const type of [AegisConnectionError, AegisError, ConnectionError]) expect(error).toBeInstanceOf(type);
    lonely.close();
    expect(thrown(() => lonely.health())).toMatchObject({ code: 'aborted' });
  });
});
