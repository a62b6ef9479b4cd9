import { AegisClient, AegisError, type Proposal } from '@sallyport/aegis';
import { type Runtime, systemRuntime, TimeoutError } from '@sallyport/core';
import express from 'express';
import { expect } from 'vitest';
import { caught, thrown } from '../support/caught.js';
import type { TestGateway } from '../support/gateway.js';
import { withEnvironment } from './environment.js';
import type { ParityRow } from './row.js';

/** A key of a gateway: the agent's, unless another is named. */
export const aegisKeyOf = ({ credentials }: TestGateway, name = 'apiKey') => credentials['aegis']?.[name] ?? '';

/** A client with the agent's key. */
export const aegisClientOf = (gateway: TestGateway) =>
  new AegisClient({ endpoint: gateway.url, apiKey: aegisKeyOf(gateway) });

/** The seed's first call, with the wire's spelling inside the context as it prints it. */
export const aegisProposal: Proposal = {
  actor: { id: 'agent-001', type: 'ai-agent' },
  action: {
    capability: 'database.query',
    parameters: { query: 'SELECT * FROM users LIMIT 10', database: 'production' },
  },
  context: { session_id: 'sess_abc123', metadata: { source: 'customer-support-bot' } },
};
/** Answers with 500 so many times, and counts all requests. */
async function failing(times: number) {
  const app = express();
  const keys: (string | undefined)[] = [];
  app.use((request, response) => {
    keys.push(request.header('x-idempotency-key'));
    if (keys.length <= times) response.status(500).json({});
    else response.json({ decision_id: 'dec_1', outcome: 'ALLOW', reason: '', risk_score: 0, constraints: {} });
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = Object(server.address());
  return { url: `http://127.0.0.1:${port}`, keys, close: () => server.close() };
}

/** A clock on which every wait of a second and more is over at once, and noted. */
function instantly(delays: number[]): Runtime {
  return {
    ...systemRuntime,
    random: () => 0,
    after(ms, callback) {
      // Longer ones are limits of requests, not delays between them.
      if (ms < 1_000 || ms >= 30_000) return systemRuntime.after(ms, callback);
      delays.push(ms);
      return systemRuntime.after(0, callback);
    },
  };
}

/** The rows of setup and options: what a reader of the seed writes in TypeScript. */
export const aegisSetupRows: readonly ParityRow[] = [
  {
    item: 'Setup',
    seed: 'AegisClient(endpoint="https://api.aegissystems.live", api_key=os.environ["AEGIS_API_KEY"])',
    ours: 'new AegisClient({ endpoint, apiKey: process.env.AEGIS_API_KEY })',
    via: 'client',
    async run(gateway) {
      await using aegis = aegisClientOf(gateway);
      expect(aegis.baseUrl).toBe(gateway.url);
      expect((await aegis.propose(aegisProposal)).outcome).toBe('ALLOW');
    },
  },
  {
    item: 'Setup, from the environment alone',
    seed: 'os.environ["AEGIS_API_KEY"]',
    ours: 'new AegisClient()',
    via: 'client',
    async run(gateway) {
      const values = { AEGIS_ENDPOINT: gateway.url, AEGIS_API_KEY: aegisKeyOf(gateway) };
      await withEnvironment(values, async () => {
        await using aegis = new AegisClient();
        expect((await aegis.propose(aegisProposal)).outcome).toBe('ALLOW');
      });
    },
  },
  {
    item: 'endpoint, api_key: required',
    seed: '| endpoint | str | Yes | — | · | api_key | str | Yes | — |',
    ours: 'new AegisClient({}) // throws ConfigurationError, an AegisError',
    via: 'client',
    async run({ url }) {
      await withEnvironment({ AEGIS_ENDPOINT: '', AEGIS_API_KEY: '' }, async () => {
        for (const options of [{}, { endpoint: url }, { apiKey: 'aegis_sk_live_x' }]) {
          const error = thrown(() => new AegisClient(options));
          expect(error).toBeInstanceOf(AegisError);
          expect(error).toMatchObject({ code: 'configuration' });
        }
      });
    },
  },
  {
    item: 'timeout',
    seed: '| timeout | float | No | 30.0 | Request timeout in seconds |',
    ours: '{ timeoutMs: 30_000 }',
    via: 'client',
    async run() {
      const endpoint = 'http://127.0.0.1:1';
      const silent: typeof fetch = (_input, init) =>
        new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
      const options = { endpoint, apiKey: 'k', fetch: silent, retries: 0, timeoutMs: 20 };
      await using aegis = new AegisClient(options);
      const error = await caught(aegis.propose(aegisProposal));
      for (const type of [AegisError, TimeoutError]) expect(error).toBeInstanceOf(type);
      expect(error).toMatchObject({ timeoutMs: 20 });
      // Seconds would be read as milliseconds: the seed's name is refused, and ours is told.
      const inSeconds: object = { endpoint, apiKey: 'k', timeout: 30 };
      expect(thrown(() => new AegisClient(inSeconds))).toMatchObject({ message: expect.stringContaining('timeoutMs') });
    },
  },
  {
    item: 'retries: default',
    seed: '| retries | int | No | 3 | Number of retry attempts on transient failures |',
    ours: '{ retries: 3 } // up to 4 requests, all under one idempotency key',
    via: 'client',
    async run() {
      const server = await failing(3);
      await using aegis = new AegisClient({ endpoint: server.url, apiKey: 'k', retryDelayMs: 1 });
      const { data, meta } = await aegis.propose(aegisProposal).withResponse();
      expect([data.outcome, meta.attempts]).toEqual(['ALLOW', 4]);
      expect(new Set(server.keys).size).toBe(1);
      server.close();
    },
  },
  {
    item: 'retries',
    seed: '| retries | int | No | 3 |',
    ours: '{ retries: 1 }',
    via: 'client',
    async run() {
      const server = await failing(9);
      await using aegis = new AegisClient({ endpoint: server.url, apiKey: 'k', retries: 1, retryDelayMs: 1 });
      expect(await caught(aegis.propose(aegisProposal))).toBeInstanceOf(AegisError);
      expect(server.keys).toHaveLength(2);
      server.close();
    },
  },
  {
    item: 'retry_delay',
    seed: '| retry_delay | float | No | 1.0 | Base delay between retries in seconds |',
    ours: '{ retryDelayMs: 1_000 } // 1 s, 2 s, 4 s, and up to a quarter more',
    via: 'client',
    async run() {
      const server = await failing(9);
      const delays: number[] = [];
      const runtime = instantly(delays);
      await using aegis = new AegisClient({ endpoint: server.url, apiKey: 'k', runtime });
      expect(await caught(aegis.propose(aegisProposal))).toBeInstanceOf(AegisError);
      expect(delays).toEqual([1_000, 2_000, 4_000]);
      server.close();
    },
  },
];
