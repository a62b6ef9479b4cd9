import type { Rule, RuleAction, WebhookAction } from '../policy/model.js';
import { parseDuration, parseTime } from './go.js';
import { requireAction } from './load-action.js';
import { readWhen } from './load-when.js';
import type { YamlValue } from './yaml-value.js';

const RULE = ['action', 'when', 'message', 'ask', 'webhook', 'expires_at', 'once', 'added'];
const WEBHOOK = ['url', 'timeout', 'fail_open'];
const ASK = ['audit', 'headless_only'];
const WEBHOOK_TIMEOUT_MS = 5000;
const WEBHOOK_MAX_TIMEOUT_MS = 30_000;

/** Reads one entry of a policy's `rules`; `where` begins its errors. @throws PolicyLoadError */
export function readRule(value: YamlValue, where: string): Rule {
  const fields = value.fields(where, RULE);
  const actionValue = fields.get('action');
  if (!actionValue) value.fail(`${where}: action is required`);
  const action = requireAction(actionValue, where, 'action');
  const webhook = readWebhook(fields.get('webhook'), action, value, where);
  const ask = readAsk(fields.get('ask'), where);
  const expiresAt = readTime(fields.get('expires_at'), `${where}: expires_at`);
  return {
    action,
    when: readWhen(fields.get('when'), where),
    message: fields.get('message')?.string(`${where}: message`) ?? '',
    ...(webhook && { webhook }),
    ...(ask && { ask }),
    ...(expiresAt !== undefined && { expiresAt }),
    once: fields.get('once')?.boolean(`${where}: once`) ?? false,
    source: value.source,
  };
}

function readTime(value: YamlValue | undefined, what: string): number | undefined {
  return (
    value &&
    (parseTime(value.string(what)) ?? value.fail(`${what} must be an RFC 3339 time, such as 2027-01-31T09:30:00Z`))
  );
}

function readAsk(value: YamlValue | undefined, where: string): Rule['ask'] {
  const fields = value?.fields(`${where}: ask`, ASK);
  return (
    fields && {
      audit: fields.get('audit')?.boolean(`${where}: ask.audit`) ?? false,
      headlessOnly: fields.get('headless_only')?.boolean(`${where}: ask.headless_only`) ?? false,
    }
  );
}

function readWebhook(
  value: YamlValue | undefined,
  action: RuleAction,
  rule: YamlValue,
  where: string,
): WebhookAction | undefined {
  const fields = value?.fields(`${where}: webhook`, WEBHOOK);
  const url = fields?.get('url')?.string(`${where}: webhook.url`) ?? '';
  if (action === 'webhook' && url === '') (value ?? rule).fail(`${where}: webhook action requires webhook.url`);
  if (!fields || url === '') return undefined;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    fields.get('url')?.fail(`${where}: webhook.url must be an absolute http or https URL`);
  }
  return {
    url,
    timeoutMs: readTimeout(fields.get('timeout'), `${where}: webhook.timeout`),
    failOpen: fields.get('fail_open')?.boolean(`${where}: webhook.fail_open`) ?? false,
  };
}

function readTimeout(value: YamlValue | undefined, what: string): number {
  if (!value) return WEBHOOK_TIMEOUT_MS;
  const timeoutMs = parseDuration(value.string(what)) ?? value.fail(`${what} must be a duration, such as 5s`);
  return timeoutMs > 0 ? Math.min(timeoutMs, WEBHOOK_MAX_TIMEOUT_MS) : WEBHOOK_TIMEOUT_MS;
}
