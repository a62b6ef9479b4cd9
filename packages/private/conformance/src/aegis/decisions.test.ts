import { AegisError, type Decision, GovernanceError, type Outcome, type Proposal } from '@sallyport/aegis';
import { BadRequestError, ConflictError, UnprocessableError } from '@sallyport/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AegisRig, bodyOf, proposalOf, startAegis } from '../support/aegis.js';
import { caught } from '../support/caught.js';
import { settings } from '../support/settings.js';
import { REFUSED } from './refused.js';

const PROPOSE = '/api/v1/governance/propose';

/** The demo data of the documents, answered as printed there, but for the engine's newer words on a missing grant. */
const OUTCOMES: readonly (readonly [capability: string, outcome: Outcome, reason: string])[] = [
  ['file.read', 'ALLOW', "Approved by policy 'Allow file reads'."],
  ['file.write', 'DENY', "Agent lacks a capability covering action 'file_write' on the requested target."],
  ['network.fetch', 'ESCALATE', "Escalation required by policy 'Escalate network requests'."],
  [
    'shell.exec',
    'REQUIRE_CONFIRMATION',
    "Human confirmation required by policy 'Require confirmation for shell execution'.",
  ],
];

/** The error body: the engine's five keys, and three that a caller needs to go on. */
const errorBody = (code: string, cause: string | null) => ({
  type: expect.stringMatching(/^AEGIS\w*Error$/),
  error_code: code,
  message: expect.any(String),
  cause,
  help_url: `https://aegis-docs.com/errors/${code.toLowerCase().replaceAll('-', '_')}`,
  request_id: expect.any(String),
  retryable: false,
  timestamp: expect.any(String),
});

describe.each(settings)('decisions ($name)', ({ store, clients }) => {
  let rig: AegisRig;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    rig = await startAegis({ store: kept.address, clients, aegis: { aggregateLimit: false } });
  });
  afterAll(async () => {
    await rig.close();
    await remove();
  });

  const propose = (body: object, headers: Readonly<Record<string, string>> = {}) =>
    rig.send('POST', PROPOSE, { body, headers });

  test.each(OUTCOMES)('%s: %s, with status 200', async (capability, outcome, reason) => {
    const { data, meta } = await rig.agent.propose(proposalOf(capability)).withResponse();
    expect([meta.status, data.outcome, data.reason]).toEqual([200, outcome, reason]);
    const { status, body } = await propose(bodyOf(capability));
    expect(status).toBe(200);
    const names = ['decision_id', 'outcome', 'reason', 'risk_score', 'constraints', 'timestamp', 'audit_ref'];
    expect(Object.keys(body)).toEqual(names);
    expect(body).toMatchObject({ outcome, reason });
  });

  test('a capability that nobody registered is denied, and so is one without a grant', async () => {
    for (const [capability, actor] of [
      ['nobody.knows', 'demo-agent'],
      ['file.read', 'somebody-else'],
    ] as const) {
      const { outcome, reason } = await rig.agent.propose(proposalOf(capability, { actor }));
      expect([outcome, reason]).toEqual(['DENY', expect.stringMatching(/^Agent lacks a capability covering action/)]);
    }
  });

  test('what no policy speaks of is denied', async () => {
    await rig.admin.capabilities.register({ name: 'quiet.thing' });
    await rig.admin.grants.create('demo-agent', { capability: 'quiet.thing' });
    const { outcome, reason } = await rig.agent.propose(proposalOf('quiet.thing'));
    expect([outcome, reason]).toEqual(['DENY', 'No matching allow policy found (default-deny).']);
  });

  test('parameters that do not match the schema of the capability are denied', async () => {
    const parameterSchema = { type: 'object', required: ['to'], properties: { to: { type: 'string' } } };
    await rig.admin.capabilities.register({ name: 'mail.send', parameterSchema });
    await rig.admin.policies.create({ name: 'Mail', rules: [{ capability: 'mail.*', outcome: 'ALLOW' }] });
    await rig.admin.grants.create('demo-agent', { capability: 'mail.send' });
    const send = (parameters: Record<string, unknown>) => rig.agent.propose(proposalOf('mail.send', { parameters }));
    expect((await send({ to: 'a@b.test' })).outcome).toBe('ALLOW');
    expect(await send({ to: 7 })).toMatchObject({
      outcome: 'DENY',
      reason: expect.stringContaining("Parameters do not match the schema of 'mail.send'"),
    });
  });

  test.each(REFUSED)('%s is refused with 400 and its code', async (_what, change, code, cause) => {
    const { status, body } = await propose({ ...bodyOf('file.read'), ...change });
    expect([status, body]).toEqual([400, errorBody(code, cause)]);
  });

  test('a malformed capability is a GovernanceError, which is an AegisError', async () => {
    const error = await caught(rig.agent.propose(proposalOf('Database Query')));
    for (const type of [GovernanceError, AegisError, BadRequestError]) expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({
      code: 'bad_request',
      status: 400,
      errorCode: 'AEGIS-VAL-007',
      causeField: 'request.action.capability',
      helpUrl: 'https://aegis-docs.com/errors/aegis_val_007',
      retryable: false,
      requestId: expect.any(String),
    });
  });

  test('the first thing that is wrong is told, in the order of the engine', async () => {
    const everything = { actor: { id: '' }, action: null, context: null, request_id: '' };
    expect((await propose(everything)).body['error_code']).toBe('AEGIS-VAL-002');
    expect((await propose({ ...everything, actor: bodyOf('a.b')['actor'] })).body['error_code']).toBe('AEGIS-VAL-005');
  });

  test.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['a number that is none', '{"actor":1e999}'],
    ['half of a surrogate pair', '{"actor":"\\ud800"}'],
    ['nesting without end', `{"context":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`],
  ])('%s as a body is refused with 400', async (_what, body) => {
    const answer = await rig.send('POST', PROPOSE, { body });
    expect([answer.status, answer.body]).toEqual([400, errorBody('AEGIS-REQ-001', 'request')]);
  });

  test('fields that nobody knows are ignored', async () => {
    const body = { ...bodyOf('file.read'), surprise: { deep: true } };
    expect(await propose(body)).toMatchObject({ status: 200, body: { outcome: 'ALLOW' } });
  });

  test('a request id is taken once, also when its proposal was refused at a later stage', async () => {
    const body = bodyOf('file.read', { request_id: 'request-1' });
    expect((await propose(body)).status).toBe(200);
    const again = await propose(body);
    expect([again.status, again.body]).toEqual([409, errorBody('AEGIS-VAL-021', 'request.request_id')]);
    const dangerous = { action: { capability: 'shell.exec', resource: 'a|b' }, request_id: 'request-2' };
    expect((await propose(bodyOf('shell.exec', dangerous))).body['error_code']).toBe('AEGIS-VAL-022');
    expect((await propose(bodyOf('file.read', { request_id: 'request-2' }))).status).toBe(409);
    const error = await caught(rig.agent.propose({ ...proposalOf('file.read'), requestId: 'request-1' }));
    for (const type of [GovernanceError, ConflictError]) expect(error).toBeInstanceOf(type);
  });

  test('one request id that is sent at once many times gets one decision', async () => {
    const body = bodyOf('file.read', { request_id: 'at-once' });
    const statuses = (await Promise.all(Array.from({ length: 8 }, () => propose(body)))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, ...Array.from({ length: 7 }, () => 409)]);
  });

  test.each(['Idempotency-Key', 'X-Idempotency-Key'])(
    'the same %s and body are answered as before; with another body it is refused',
    async (header) => {
      const body = bodyOf('shell.exec', { request_id: `of ${header}` });
      const first = await propose(body, { [header]: `key-of-${header}` });
      const second = await propose(body, { [header]: `key-of-${header}` });
      expect([second.status, second.text]).toEqual([200, first.text]);
      const other = await propose(bodyOf('file.read'), { [header]: `key-of-${header}` });
      expect([other.status, other.body]).toEqual([422, errorBody('AEGIS-IDM-001', 'idempotency-key')]);
      const { entries } = await rig.admin.audit.log({ decisionId: String(first.body['decision_id']) });
      expect(entries).toHaveLength(1);
    },
  );

  test('an idempotency key is of one API key alone', async () => {
    const body = bodyOf('file.read');
    const options = { body, headers: { 'Idempotency-Key': 'shared' } };
    const one = await rig.send('POST', PROPOSE, options);
    const two = await rig.send('POST', PROPOSE, { ...options, token: rig.tokens.admin });
    expect(two.body['decision_id']).not.toBe(one.body['decision_id']);
  });

  test('an idempotency key for another proposal is a GovernanceError of the client', async () => {
    const options = { idempotencyKey: 'key-of-client' };
    await rig.agent.propose(proposalOf('file.read'), options);
    const error = await caught(rig.agent.propose(proposalOf('file.write'), options));
    for (const type of [GovernanceError, UnprocessableError]) expect(error).toBeInstanceOf(type);
  });

  test('the client sends again what failed on the way, and it counts once', async () => {
    const patient = rig.client({ apiKey: rig.tokens.agent, retries: 3, retryDelayMs: 1 });
    const once = (effect: object) => rig.dev('faults', { faults: [{ times: 1, path: PROPOSE, ...effect }] });
    for (const effect of [{ effect: 'status', status: 500, body: {} }, { effect: 'reset' }]) {
      await once(effect);
      const { data, meta } = await patient.propose(proposalOf('file.read')).withResponse();
      expect([data.outcome, meta.attempts]).toEqual(['ALLOW', 2]);
    }
    await rig.dev('faults', { faults: [] });
  });

  test('DENY is final: it is not tried again', async () => {
    const patient = rig.client({ apiKey: rig.tokens.agent, retries: 3, retryDelayMs: 1 });
    const { data, meta } = await patient.propose(proposalOf('file.write')).withResponse();
    expect([data.outcome, meta.attempts]).toEqual(['DENY', 1]);
  });

  test('decisions are paged, newest first, and filtered', async () => {
    const made: Decision[] = [];
    for (let index = 0; index < 5; index += 1) made.push(await rig.agent.propose(proposalOf('paged.thing')));
    const ids = made.map(({ decisionId }) => decisionId).reverse();
    const walked: string[] = [];
    for await (const { decisionId } of rig.agent.decisions.list({ capability: 'paged.thing', limit: 2 })) {
      walked.push(decisionId);
    }
    expect(walked).toEqual(ids);
    const of = async (query: object) => (await rig.agent.decisions.list({ capability: 'paged.thing', ...query })).total;
    expect(await of({ actorId: 'demo-agent', outcome: 'DENY' })).toBe(5);
    expect(await of({ actorId: 'somebody-else' })).toBe(0);
    expect(await of({ until: made[0]?.timestamp ?? '' })).toBe(0);
    expect(await of({ since: made[0]?.timestamp ?? '' })).toBe(5);
  });

  test('a decision that nobody made is not found', async () => {
    for (const id of ['dec_00000000000000000000000000', 'nothing', '..%2F..']) {
      const error = await caught(rig.agent.decisions.get(id));
      expect(error).toMatchObject({ code: 'not_found', status: 404, errorCode: 'AEGIS-REQ-404' });
    }
  });

  test('the wire names of a context are taken as well, and a session is made up where none is named', async () => {
    const spelled = (context: Proposal['context']) =>
      rig.agent.propose({ ...proposalOf('file.read'), ...(context && { context }) });
    const sessionOf = async ({ decisionId }: Decision) => {
      const { request } = await rig.admin.audit.trail(decisionId);
      return Reflect.get(Object(request['context']), 'session_id');
    };
    expect(await sessionOf(await spelled({ session_id: 'sess_abc123' }))).toBe('sess_abc123');
    expect(await sessionOf(await spelled({ sessionId: 'sess_abc123' }))).toBe('sess_abc123');
    expect(await sessionOf(await spelled(undefined))).toMatch(/^sess_/);
  });
});

test('an older, flat body is taken where that is switched on, and nowhere else', async () => {
  const flat = { agent_id: 'demo-agent', action: 'file.read', target: '/data/x' };
  const asked = async (flatBody: boolean) => {
    const rig = await startAegis({ aegis: { flatBody } });
    const { status, body } = await rig.send('POST', PROPOSE, { body: flat });
    await rig.close();
    return [status, body];
  };
  expect(await asked(true)).toEqual([200, { decision: 'ALLOW', reason: "Approved by policy 'Allow file reads'." }]);
  expect(await asked(false)).toMatchObject([400, { error_code: 'AEGIS-VAL-002' }]);
});
