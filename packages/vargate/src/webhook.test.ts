import { signHmac } from '@sallyport/verify';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { VargateError, VerificationError, verifyWebhook, type WebhookEvent } from './index.js';

const SECRET = 'whsec_test';
const DOCUMENTED = '{"event": "action.denied", "timestamp": "2026-04-11T14:30:00+00:00", "data": {"action_id": "a1"}}';

function deliver(body: unknown, secret: string | readonly string[] = SECRET) {
  const raw = typeof body === 'string' ? body : JSON.stringify(body);
  const [first = ''] = typeof secret === 'string' ? [secret] : secret;
  return verifyWebhook(raw, { 'x-vargate-signature': signHmac(raw, first) }, secret);
}

function refusalOf(make: () => unknown): unknown {
  try {
    make();
  } catch (error) {
    expect(error).toBeInstanceOf(VargateError);
    return error;
  }
  throw new Error('nothing was thrown');
}

const timestamp = '2026-04-11T14:30:00Z';
const action = { action_id: 'a1', tool: 'gmail', method: 'send_email' };

describe('verifyWebhook', () => {
  it('checks the documented signature, over the raw body, with the secret as text', () => {
    const signature = 'sha256=739e2f8acfbd038a1a7636952d25a57a92f5f2d59cee4810940feded0dd77883';
    const headers = { 'X-Vargate-Signature': signature };
    // Signed as documented; its data is cut short there.
    expect(refusalOf(() => verifyWebhook(DOCUMENTED, headers, SECRET))).toMatchObject({ code: 'response_validation' });
    expect(refusalOf(() => verifyWebhook(`${DOCUMENTED} `, headers, SECRET))).toMatchObject({ code: 'bad_signature' });
    expect(refusalOf(() => verifyWebhook(DOCUMENTED, headers, 'other'))).toMatchObject({ code: 'bad_signature' });
    expect(refusalOf(() => verifyWebhook(DOCUMENTED, {}, SECRET))).toBeInstanceOf(VerificationError);
  });

  it('reads a call that waits for a human, under its short name too', () => {
    const data = {
      ...action,
      agent_id: 'my-agent',
      decision: 'pending_approval',
      violations: [],
      requires_human: true,
    };
    for (const event of ['action.pending_approval', 'action.pending']) {
      expect(deliver({ event, timestamp, data })).toEqual({
        event: 'action.pending_approval',
        timestamp,
        data: {
          actionId: 'a1',
          tool: 'gmail',
          method: 'send_email',
          agentId: 'my-agent',
          decision: 'pending_approval',
          violations: [],
          requiresHuman: true,
        },
      });
    }
  });

  it.each(['action.denied', 'action.allowed', 'test.ping'])('reads %s', (event) => {
    expect(deliver({ event, timestamp, data: { ...action, violations: ['v'], severity: 'high' } })).toMatchObject({
      event,
      data: { actionId: 'a1', violations: ['v'], severity: 'high' },
    });
  });

  it('reads anomaly.detected and session.interrupted', () => {
    const anomaly = { session_id: 'vs-1', agent_id: 'a', tool_name: 'bash', anomalies: [{}], max_severity: 'critical' };
    expect(deliver({ event: 'anomaly.detected', timestamp, data: anomaly })).toMatchObject({
      data: { sessionId: 'vs-1', toolName: 'bash', maxSeverity: 'critical' },
    });
    const interrupt = { session_id: 'vs-1', reason: 'why', auto_triggered: true, anthropic_interrupt_sent: false };
    expect(deliver({ event: 'session.interrupted', timestamp, data: interrupt })).toMatchObject({
      data: { sessionId: 'vs-1', reason: 'why', autoTriggered: true, anthropicInterruptSent: false },
    });
  });

  it('hands on an event that it does not know, and refuses one that is not what its name says', () => {
    expect(deliver({ event: 'chain.anchored', timestamp, data: { tx: 1 } })).toEqual({
      event: 'other',
      name: 'chain.anchored',
      timestamp,
      data: { tx: 1 },
    });
    expect(refusalOf(() => deliver({ event: 'action.denied', timestamp, data: {} }))).toMatchObject({
      code: 'response_validation',
    });
    expect(refusalOf(() => deliver('[]'))).toMatchObject({ code: 'response_validation' });
    expect(refusalOf(() => deliver('no json'))).toMatchObject({ code: 'response_parse' });
  });

  it('takes the headers of fetch and of Node, and several secrets', () => {
    const raw = JSON.stringify({ event: 'test.ping', timestamp, data: action });
    const signature = signHmac(raw, 'old');
    expect(
      verifyWebhook(Buffer.from(raw), new Headers({ 'X-Vargate-Signature': signature }), ['new', 'old']).event,
    ).toBe('test.ping');
    const twice = { 'x-vargate-signature': [signature, signature] };
    expect(refusalOf(() => verifyWebhook(raw, twice, 'old'))).toMatchObject({ code: 'malformed_header' });
    const parsed = () =>
      Reflect.apply(verifyWebhook, undefined, [JSON.parse(raw), { 'x-vargate-signature': signature }, 'old']);
    expect(refusalOf(parsed)).toMatchObject({ code: 'body_not_raw' });
    expect(refusalOf(() => verifyWebhook(raw, { 'x-vargate-signature': signature }, ''))).toMatchObject({
      code: 'missing_key',
    });
  });

  it('refuses what is too old, where a limit is given', () => {
    const raw = JSON.stringify({ event: 'test.ping', timestamp, data: action });
    const headers = { 'x-vargate-signature': signHmac(raw, SECRET) };
    const nowMs = Date.parse(timestamp) + 1_000;
    expect(verifyWebhook(raw, headers, SECRET, { maxAgeMs: 1_000, nowMs }).timestamp).toBe(timestamp);
    const late = () => verifyWebhook(raw, headers, SECRET, { maxAgeMs: 999, nowMs });
    expect(refusalOf(late)).toMatchObject({ code: 'timestamp_too_old' });
    const timeless = JSON.stringify({ event: 'test.ping', timestamp: 'x', data: action });
    const signed = { 'x-vargate-signature': signHmac(timeless, SECRET) };
    expect(refusalOf(() => verifyWebhook(timeless, signed, SECRET, { maxAgeMs: 1 }))).toMatchObject({
      code: 'timestamp_too_old',
    });
  });

  it('is told apart by its event', () => {
    const idOf = (delivery: WebhookEvent) => (delivery.event === 'action.denied' ? delivery.data.actionId : '');
    expectTypeOf(idOf).returns.toEqualTypeOf<string>();
    const reasonOf = (delivery: WebhookEvent) => (delivery.event === 'session.interrupted' ? delivery.data.reason : '');
    expectTypeOf(reasonOf).returns.toEqualTypeOf<string>();
  });
});
