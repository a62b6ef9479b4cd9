import { inspect } from 'node:util';
import {
  ApprovalRequiredError,
  PolicyDeniedError as CorePolicyDeniedError,
  HttpError,
  SallyportError,
} from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { answering, setUp } from './fixture/setup.js';
import { PolicyDeniedError, PolicyEngineUnavailableError, RateLimitError, ServerError, VargateError } from './index.js';

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.fail('nothing was thrown'),
    (error: unknown) => error,
  );

describe('a secret for the vault', () => {
  const SECRET = 'sk-ant-"quoted"/0123456789';
  const register = (answer: () => Response, logged: unknown[] = []) => {
    const log = (...args: readonly unknown[]) => logged.push(args);
    const logger = { debug: log, info: log, warn: log, error: log };
    const { client } = answering(answer, { logger });
    return client.credentials.register({ toolId: 'anthropic', value: SECRET });
  };
  const everythingIn = (error: unknown): string =>
    [
      inspect(error, { depth: 9, showHidden: true }),
      JSON.stringify(error),
      JSON.stringify(Reflect.get(Object(error), 'body')),
    ]
      .concat(String(Reflect.get(Object(error), 'stack')))
      .join('\n');

  const sent = { tool_id: 'anthropic', value: SECRET };
  it.each([
    [
      'a list of faults',
      422,
      { detail: [{ type: 'missing', loc: ['body', 'name'], msg: 'Field required', input: sent }] },
    ],
    ['a fault about the secret itself', 422, { detail: [{ msg: `Input should be an object, not ${SECRET}` }] }],
    ['a text', 400, { detail: `Cannot store ${SECRET}` }],
    ['a failure', 500, { error: { request: JSON.stringify(sent) } }],
    ['only its beginning', 422, { detail: [{ msg: 'Field required', input: { value: SECRET.slice(0, 12) } }] }],
  ])('is not in the error when the gateway repeats it in %s', async (_what, status, body) => {
    const logged: unknown[] = [];
    const error = await thrownBy(
      register(() => Response.json(body, { status, headers: { 'x-echo': SECRET } }), logged),
    );
    expect(error).toMatchObject({ status });
    expect(error).toBeInstanceOf(VargateError);
    for (const text of [everythingIn(error), inspect(logged, { depth: 9 })]) {
      expect(text).not.toContain('sk-ant-');
      expect(text).not.toContain('0123456789');
    }
  });

  it('is not in an error about an answer that makes no sense, nor in the result', async () => {
    const half = await thrownBy(register(() => new Response(`{"value": ${JSON.stringify(SECRET)}`)));
    expect(everythingIn(half)).not.toContain('sk-ant-');
    const other = await thrownBy(register(() => Response.json({ value: SECRET })));
    expect(everythingIn(other)).not.toContain('sk-ant-');
    const result = await register(() => Response.json({ tool_id: 'anthropic', name: 'api_key', value: SECRET }));
    expect(inspect(result)).not.toContain('sk-ant-');
  });

  it('leaves an error that does not hold it as it is', async () => {
    const error = await thrownBy(register(() => Response.json({ detail: 'The vault is sealed' }, { status: 500 })));
    expect(error).toMatchObject({ body: { detail: 'The vault is sealed' } });
    expect(String(error)).toContain('The vault is sealed');
    const faults = [{ loc: ['body', 'tool_id'], msg: 'Field required', input: sent }];
    const faulty = await thrownBy(register(() => Response.json({ detail: faults }, { status: 422 })));
    expect(String(faulty)).toContain('body.tool_id: Field required');
  });
});

describe('settings', () => {
  it('are changed with the other verb where the gateway knows only that', async () => {
    const methods: unknown[] = [];
    const { client } = setUp({
      fetch: async (_url, { method = '' }) => {
        methods.push(method);
        if (method === 'POST') return Response.json({ detail: 'Method Not Allowed' }, { status: 405 });
        return Response.json({ status: 'updated', tenant_id: 't' });
      },
    });
    const call = client.settings.update({ publicDashboard: true });
    expect(await call.withResponse()).toMatchObject({ data: { tenantId: 't' }, meta: { status: 200 } });
    expect(methods).toEqual(['POST', 'PATCH']);
  });

  it('keep the webhook secret to themselves when they are refused', async () => {
    const body = { detail: [{ msg: 'bad', input: { webhook_secret: 'whsec-own' } }] };
    const { client } = answering(() => Response.json(body, { status: 422 }));
    const error = await thrownBy(client.settings.update({ webhookSecret: 'whsec-own' }));
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('whsec-own');
    expect(error).toMatchObject({ status: 422, body: { detail: 'bad' } });
  });
});

describe('errors', () => {
  const ask = async (answer: () => Response) => thrownBy(answering(answer).client.governedToolCall('http', 'GET', {}));
  const denial = { status: 'blocked', action_id: 'a-1', violations: ['x', 'y'], severity: 'high', alert_tier: 'none' };

  it('are of the family, and of the kind', async () => {
    const denied = await ask(() => Response.json({ detail: denial }, { status: 403 }));
    for (const type of [PolicyDeniedError, VargateError, CorePolicyDeniedError, SallyportError]) {
      expect(denied).toBeInstanceOf(type);
    }
    expect(denied).not.toBeInstanceOf(HttpError);
    expect(denied).not.toBeInstanceOf(ApprovalRequiredError);
    const limited = await ask(() => Response.json({ detail: { rate_limit_rps: 10 } }, { status: 429 }));
    for (const type of [RateLimitError, VargateError, HttpError]) expect(limited).toBeInstanceOf(type);
    const down = await ask(() => Response.json({ detail: 'OPA unreachable: x' }, { status: 502 }));
    for (const type of [PolicyEngineUnavailableError, ServerError, VargateError]) expect(down).toBeInstanceOf(type);
  });

  it('of govern are the same', async () => {
    const { client, gateway } = setUp();
    const run = () => expect.fail('it must not run');
    const denied = await thrownBy(client.govern({ tool: 'disk', operation: 'wipe', input: {} }, run));
    for (const type of [PolicyDeniedError, VargateError, CorePolicyDeniedError]) expect(denied).toBeInstanceOf(type);
    expect(denied).toMatchObject({ violations: ['no_credential_registered_for_tool'], alertTier: 'soc_ticket' });
    const action = { tool: 'email', operation: 'send', input: {} };
    const asked = await thrownBy(client.govern(action, run, { onPending: 'throw' }));
    for (const type of [ApprovalRequiredError, VargateError]) expect(asked).toBeInstanceOf(type);
    gateway.fault = 'down';
    expect(await thrownBy(client.govern(action, run))).toBeInstanceOf(VargateError);
  });

  it('hide the key that a gateway repeats', async () => {
    const error = await ask(() => Response.json({ detail: 'Invalid key vg-test-key' }, { status: 401 }));
    expect(inspect(error, { depth: 9 })).not.toContain('vg-test-key');
  });
});

describe('repetition', () => {
  const failing = (features?: string) => {
    let calls = 0;
    const fetch = async () => {
      calls++;
      return Response.json({}, { status: 503, ...(features && { headers: { 'sallyport-features': features } }) });
    };
    return { ...setUp({ fetch, maxRetries: 2 }), calls: () => calls };
  };

  it('of a tool call waits for a gateway that honours its key', async () => {
    const plain = failing();
    await thrownBy(plain.client.callTool('http', 'GET', {}));
    expect(plain.calls()).toBe(1);
    const { client, gateway } = setUp();
    const keys: unknown[] = [];
    const flaky = setUp({
      idempotency: 'always',
      fetch: async (url, init) => {
        keys.push(new Headers(init.headers).get('idempotency-key'));
        return keys.length < 3 ? Response.json({}, { status: 503 }) : gateway.fetch(url, init);
      },
    });
    expect(await flaky.client.callTool('http', 'GET', {})).toMatchObject({ outcome: 'allowed' });
    expect([keys.length, new Set(keys).size]).toEqual([3, 1]);
    await client.close();
  });

  it('of what changes nothing needs none', async () => {
    const reading = failing();
    await thrownBy(reading.client.audit.replay('a-1'));
    expect(reading.calls()).toBe(3);
  });
});

describe('the audit log', () => {
  it('is walked page by page, and no record comes twice while it grows', async () => {
    const { client, gateway } = setUp();
    gateway.log.fill(7);
    const seen: string[] = [];
    for await (const { actionId } of client.audit.log({ limit: 3 })) {
      if (seen.length === 1) gateway.log.fill(2, 2);
      seen.push(actionId.slice(-1));
    }
    expect(seen).toEqual(['7', '6', '5', '4', '3', '2', '1']);
  });
});
