import { OutboundError } from '../../outbound/errors.js';
import type { Outbound, OutboundResponse } from '../../outbound/outbound.js';
import { isFields } from './documents/body.js';
import type { ToolCall, WebhookAction } from './policy/model.js';
import { rfc3339Nano } from './time.js';

const MAX_RESPONSE_BYTES = 64 * 1024;

/** What a webhook has decided, or what its failure comes to. */
export interface WebhookRuling {
  readonly action: 'allow' | 'deny';
  readonly message: string;
}

/** What a webhook is asked, and who is told when it may not be. */
export interface WebhookQuestion {
  readonly call: ToolCall;
  readonly policy: string;
  readonly now: number;
  /** Hears of a target that the gateway may not reach: the caller is told only that the request failed. */
  readonly blocked: (error: OutboundError) => void;
}

/** Why there is no decision to be had from a webhook. */
class WebhookFailure extends Error {
  override readonly name = 'WebhookFailure';
}

/** Asks somebody else's server for the decision that a rule leaves to it. A failure denies, unless the rule says otherwise. */
export async function askWebhook(
  outbound: Outbound,
  webhook: WebhookAction,
  about: WebhookQuestion,
): Promise<WebhookRuling> {
  const { call, policy, now, blocked } = about;
  const { tool, params, agent, session } = call;
  const body = JSON.stringify({ tool, params, agent, session, policy, timestamp: rfc3339Nano(now) });
  try {
    return readDecision(await send(outbound, webhook, body, blocked));
  } catch (error) {
    if (!(error instanceof WebhookFailure)) throw error;
    const how = webhook.failOpen ? 'failing open' : 'failing closed';
    return { action: webhook.failOpen ? 'allow' : 'deny', message: `webhook unavailable, ${how}: ${error.message}` };
  }
}

async function send(
  outbound: Outbound,
  { url, timeoutMs }: WebhookAction,
  body: string,
  blocked: WebhookQuestion['blocked'],
): Promise<OutboundResponse> {
  try {
    return await outbound.post({ url, body, timeoutMs, maxResponseBytes: MAX_RESPONSE_BYTES });
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    if (error.reason === 'blocked') blocked(error);
    const why = error.reason === 'too_large' ? 'webhook response exceeds size limit' : 'webhook request failed';
    throw new WebhookFailure(why, { cause: error });
  }
}

function readDecision({ status, body }: OutboundResponse): WebhookRuling {
  if (status < 200 || status > 299) throw new WebhookFailure(`webhook returned HTTP ${status}`);
  const answer = parsed(body);
  if (!isFields(answer) || typeof (answer['decision'] ?? '') !== 'string') {
    throw new WebhookFailure('invalid webhook response');
  }
  const { decision = '', reason } = answer;
  if (decision === 'allow') return { action: 'allow', message: 'allowed by webhook' };
  if (decision !== 'deny') throw new WebhookFailure(`unknown webhook decision: "${String(decision)}"`);
  const why = typeof reason === 'string' && reason !== '' ? reason : 'denied by webhook';
  return { action: 'deny', message: why };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new WebhookFailure('invalid webhook response', { cause: error });
  }
}
