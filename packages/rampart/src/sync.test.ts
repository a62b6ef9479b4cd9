import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { ApprovalRequiredError, ConfigurationError, ConnectionError, PolicyDeniedError } from '@sallyport/core';
import * as rampartExports from '@sallyport/rampart';
import { RampartClientSync } from '@sallyport/rampart/sync';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { OUR_FEATURES } from './fixture/setup.js';

const { RampartConnectionError, RampartDeniedError, RampartError } = rampartExports;

let worker: Worker;
let url = '';

beforeAll(async () => {
  const require = createRequire(import.meta.url);
  const path = require.resolve('./fixture/gateway-server.ts');
  const code = `require(${JSON.stringify(path)}).serve(${JSON.stringify(OUR_FEATURES)})`;
  worker = new Worker(code, { eval: true, execArgv: process.execArgv });
  const port = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  url = `http://127.0.0.1:${String(port)}`;
});

afterAll(() => worker.terminate());

const client = () =>
  new RampartClientSync({ url, token: 'your-token', agent: 'my-agent', session: 's1', runId: 'run-1' });

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('RampartClientSync', () => {
  it('has the methods of the async client, without the promises', () => {
    const rampart = client();
    expect(rampart.exec('git status')).toMatchObject({ decision: 'allow', allowed: true, runId: 'run-1' });
    expect(rampart.exec('rm -rf /')).toMatchObject({ decision: 'deny', allowed: false, message: 'Destructive' });
    expect(rampart.health()).toEqual({ status: 'ok', mode: 'enforce', uptimeSeconds: 1 });
    expect(rampart.baseUrl).toBe(url);
  });

  it('reads the environment as it is at construction', () => {
    process.env['RAMPART_AGENT'] = 'from-env';
    const rampart = new RampartClientSync({ url, token: 't' });
    delete process.env['RAMPART_AGENT'];
    const seen: unknown[] = [];
    rampart.govern({ tool: 'exec', input: { command: 'ls' } }, (_input, { action }) => seen.push(action.agent));
    expect(seen).toEqual(['from-env']);
  });

  it('throws the errors of the async client', () => {
    const thrown = thrownBy(() => client().govern({ tool: 'exec', input: { command: 'rm x' } }, () => 'never'));
    expect(thrown).toBeInstanceOf(PolicyDeniedError);
    expect(thrown).toMatchObject({ reason: 'Destructive', decision: { decision: 'deny' } });
    expect(thrown).toBeInstanceOf(RampartDeniedError);
    const gone = thrownBy(() =>
      new RampartClientSync({ url: 'http://127.0.0.1:1', token: 't', maxRetries: 0 }).exec('ls'),
    );
    expect(gone).toBeInstanceOf(RampartConnectionError);
    expect(gone).toBeInstanceOf(ConnectionError);
    expect(gone).not.toBeInstanceOf(RampartDeniedError);
  });

  it('throws the constructor’s errors', () => {
    expect(thrownBy(() => new RampartClientSync({ url: 'ftp://x' }))).toBeInstanceOf(ConfigurationError);
    expect(thrownBy(() => Reflect.construct(RampartClientSync, [{ fetch: () => 1 }]))).toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('options.fetch is a function'),
    });
  });

  it('offers no option that it would refuse', () => {
    const make = (options: object) => () => Reflect.construct(RampartClientSync, [options]);
    const unknown = thrownBy(make({ colour: 1 }));
    expect(unknown).toMatchObject({ message: expect.stringMatching(/has no option "colour". It knows: url, token/) });
    expect(unknown).not.toMatchObject({ message: expect.stringMatching(/fetch|dispatcher|middleware|logger|runtime/) });
    const call = thrownBy(() => Reflect.apply(client().exec, undefined, ['ls', { colour: 1 }]));
    expect(call).toMatchObject({ message: expect.stringMatching(/has no option "colour". It knows: timeoutMs/) });
    expect(call).not.toMatchObject({ message: expect.stringContaining('signal') });
  });

  it('walks pages as a plain iterable', () => {
    expect([...client().audit.events()].map(({ id }) => id)).toEqual(['event-0', 'event-1', 'event-2']);
  });

  it('runs commands, and waits for humans', () => {
    const rampart = client();
    expect(rampart.safeExec('echo hello')).toEqual({ blocked: false, output: 'hello\n', stderr: '', exitCode: 0 });
    const running = 'sudo() { echo "$@"; }; sudo please';
    expect(rampart.safeExec(running, { onPending: 'wait' })).toMatchObject({ blocked: false, output: 'please\n' });
    expect(rampart.safeExec('sudo x')).toMatchObject({ blocked: true, reason: 'Privileged' });
  });

  it('guards a function that runs on the calling thread', () => {
    const ran: string[] = [];
    function exec(command: string): string {
      ran.push(command);
      return `ran ${command}`;
    }
    const guarded = client().guard(exec, { onPending: 'throw' });
    expect(guarded('git status')).toBe('ran git status');
    expect(thrownBy(() => guarded('rm x'))).toBeInstanceOf(PolicyDeniedError);
    expect(thrownBy(() => guarded('rm x'))).toBeInstanceOf(RampartDeniedError);
    // Core's class, and of the family: the claim of one error crosses the threads with it.
    for (const type of [ApprovalRequiredError, RampartError]) {
      expect(thrownBy(() => guarded('sudo x'))).toBeInstanceOf(type);
    }
    expect(ran).toEqual(['git status']);
  });

  it('waits for an approval while the calling thread sleeps', () => {
    const { output, decision } = client().govern(
      { tool: 'exec', input: { command: 'sudo please' } },
      (input) => `ran ${String(input['command'])}`,
    );
    expect([output, decision.reason]).toEqual(['ran sudo please', 'approved once via Rampart approval']);
  });

  it('refuses a gateway in the calling thread instead of hanging', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const own = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const thrown = thrownBy(() => new RampartClientSync({ url: own, token: 't' }).exec('ls'));
    server.close();
    expect(thrown).toMatchObject({ code: 'configuration', message: expect.stringContaining('runs in this thread') });
  });

  it('has no event stream and no governor, in its type', () => {
    expectTypeOf<Extract<keyof RampartClientSync, 'events' | 'asGovernor'>>().toEqualTypeOf<never>();
    expectTypeOf<RampartClientSync['exec']>().returns.toEqualTypeOf<rampartExports.ToolDecision>();
    expectTypeOf<Parameters<RampartClientSync['exec']>[1]>().not.toExtend<{ signal: AbortSignal }>();
  });
});
