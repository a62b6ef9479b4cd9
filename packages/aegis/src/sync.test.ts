import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import * as aegis from '@sallyport/aegis';
import { AegisClientSync } from '@sallyport/aegis/sync';
import * as core from '@sallyport/core';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { proposalOf } from './fixture/setup.js';

let worker: Worker;
let endpoint = '';

beforeAll(async () => {
  const require = createRequire(import.meta.url);
  const path = require.resolve('./fixture/gateway-server.ts');
  const code = `require(${JSON.stringify(path)}).serve()`;
  worker = new Worker(code, { eval: true, execArgv: process.execArgv });
  const port = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  endpoint = `http://127.0.0.1:${String(port)}`;
});

afterAll(() => worker.terminate());

const make = () => new AegisClientSync({ endpoint, apiKey: 'aegis_sk_live_key', retries: 0 });

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('AegisClientSync', () => {
  it('proposes, as the Python client does', () => {
    const decision = make().propose(proposalOf('file.read'));
    expect(decision).toBeInstanceOf(aegis.Decision);
    expect([decision.outcome, decision.decision_id]).toEqual(['ALLOW', decision.decisionId]);
    expect(make().propose(proposalOf('file.write')).outcome).toBe('DENY');
    expect(make().health()).toEqual({ status: 'healthy', version: '0.1.0' });
  });

  it('asks the user on the calling thread', () => {
    const asked: string[] = [];
    const decision = make().proposeWithConfirmation(proposalOf('shell.exec'), ({ reason }) => {
      asked.push(reason);
      return true;
    });
    expect([decision.outcome, asked]).toEqual(['ALLOW', ['Human confirmation required.']]);
  });

  it('governs functions on the calling thread', () => {
    const read = make().governed('file.read')(({ path }: { path: string }) => `read ${path}`);
    expect(read({ path: '/data/x' })).toBe('read /data/x');
    const write = make().governed('file.write')(() => 'never');
    const error = thrownBy(() => write({}));
    for (const type of [aegis.AegisDeniedError, core.PolicyDeniedError]) expect(error).toBeInstanceOf(type);
  });

  it('throws the errors of the async client, with every class that they have', () => {
    const invalid = thrownBy(() => make().propose(proposalOf('invalid')));
    for (const type of [aegis.GovernanceError, aegis.AegisError, core.BadRequestError, core.HttpError]) {
      expect(invalid).toBeInstanceOf(type);
    }
    expect(invalid).toMatchObject({ errorCode: 'AEGIS-VAL-007', status: 400 });
    const nobody = new AegisClientSync({ endpoint: 'http://127.0.0.1:1', apiKey: '', retries: 0 });
    const gone = thrownBy(() => nobody.propose(proposalOf('file.read')));
    for (const type of [aegis.AegisConnectionError, core.ConnectionError]) expect(gone).toBeInstanceOf(type);
    expect(gone).not.toBeInstanceOf(core.TimeoutError);
    const unset = thrownBy(() => new AegisClientSync({ apiKey: 'k' }));
    for (const type of [aegis.AegisError, core.ConfigurationError]) expect(unset).toBeInstanceOf(type);
  });

  it('walks pages as a plain iterable, each decision whole', () => {
    const decisions = [...make().decisions.list()];
    expect(decisions.map(({ decision_id }) => decision_id)).toEqual(['dec_1', 'dec_2', 'dec_3']);
  });

  it('has blocking types', () => {
    expectTypeOf<AegisClientSync['propose']>().returns.toEqualTypeOf<aegis.Decision>();
    expectTypeOf<AegisClientSync['decisions']['list']>().returns.toEqualTypeOf<Iterable<aegis.Decision>>();
    expectTypeOf<AegisClientSync>().not.toHaveProperty('asGovernor');
    expectTypeOf<AegisClientSync['requireGovernance']>().toEqualTypeOf<undefined>();
  });
});

describe('types of the async client', () => {
  it('are those of the documents', () => {
    expectTypeOf<aegis.Decision['outcome']>().toEqualTypeOf<'ALLOW' | 'DENY' | 'ESCALATE' | 'REQUIRE_CONFIRMATION'>();
    expectTypeOf<aegis.GovernanceError>().toExtend<aegis.AegisError>();
    expectTypeOf<aegis.AegisClient['propose']>().returns.resolves.toEqualTypeOf<aegis.Decision>();
    const wrap = (client: aegis.AegisClient) => client.governed('a.b')(async ({ n }: { n: number }) => `${n}`);
    expectTypeOf(wrap).returns.toEqualTypeOf<(parameters: { n: number }) => Promise<string>>();
  });
});
