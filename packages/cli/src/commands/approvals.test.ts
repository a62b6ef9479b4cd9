import { createGateway, type Gateway } from '@sallyport/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../testing/cli.js';
import { type Running, running } from '../testing/running.js';
import { watch } from './watch.js';

let t: Running;
beforeEach(async () => {
  t = await running();
});
afterEach(() => t.close());

describe('approvals', () => {
  const waiting = async (): Promise<string> => String((await t.exec('sudo apt install jq'))['approval_id']);

  test('list shows what is waiting, for people and for scripts', async () => {
    expect((await t.as('approverToken', 'approvals', 'list')).out).toEqual(['Nothing is waiting.']);
    const id = await waiting();
    const { out } = await t.as('approverToken', 'approvals', 'list');
    expect(out[1]).toMatch(new RegExp(`^${id} .* rampart +builder +exec: sudo apt install jq +Privileged execution`));
    const { out: json } = await t.as('approverToken', 'approvals', 'list', '--json');
    expect(JSON.parse(json.join(''))).toMatchObject([{ id, status: 'pending', tool: 'exec', agent: 'builder' }]);
  });

  test('approve answers once, under the name that was given', async () => {
    const id = await waiting();
    const { code, out } = await t.as('approverToken', 'approvals', 'approve', id, '--by', 'alice', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out.join(''))).toMatchObject({ id, status: 'approved', resolvedBy: 'alice' });
    const again = await t.as('approverToken', 'approvals', 'deny', id);
    expect(again.code).toBe(3);
    expect(again.err[0]).toBe(
      `error: The gateway refused: Approval ${id} was already approved by alice; an answer cannot be changed.`,
    );
  });

  test('deny refuses', async () => {
    const { out } = await t.as('adminToken', 'approvals', 'deny', await waiting(), '--note', 'not today');
    expect(out).toEqual(['denied exec: sudo apt install jq']);
  });

  test("an agent's credential can never approve", async () => {
    const { code, err } = await t.as('token', 'approvals', 'approve', await waiting());
    expect(code).toBe(3);
    expect(err[1]).toBe("Approvals take an approver's token or an admin's; everything else an admin's.");
  });

  test('watch shows each call as it comes, until it is told to stop', async () => {
    const id = await waiting();
    const stop = new AbortController();
    const lines: string[] = [];
    const { code } = await runCli(['approvals', 'watch', '--json'], {
      env: { RAMPART_URL: t.url, RAMPART_TOKEN: t.token('approverToken') },
      signal: stop.signal,
      print: (line) => {
        lines.push(line);
        stop.abort();
      },
    });
    expect(code).toBe(0);
    expect(lines.map((line) => JSON.parse(line).id)).toEqual([id]);
  });
});

describe('what a human has to see', () => {
  test('list shows every argument, and one long call does not widen the others', async () => {
    const command = `sudo ${'x'.repeat(200)}\nls`;
    await t.exec(command, { params: { command, api_key: 'hunter2' } });
    const { out } = await t.as('approverToken', 'approvals', 'list');
    expect(out[1]).toMatch(/ exec: sudo x+… {2}/);
    expect(out[2]).toBe(`  ${JSON.stringify({ tool: 'exec', params: { command, api_key: '[REDACTED]' } })}`);
    expect(out[0]?.indexOf('WHY')).toBeLessThan(130);
    const { out: json } = await t.as('approverToken', 'approvals', 'list', '--json');
    expect(JSON.parse(json.join(''))).toMatchObject([{ call: { params: { command, api_key: '[REDACTED]' } } }]);
  });
});

describe('approvals watch', () => {
  const pace = { interval: 5, maxInterval: 20 };

  /** Runs until a line on either stream makes `act` say that it is enough. */
  async function watching(json: boolean, act: (line: string) => Promise<boolean>) {
    const credential = t.token('adminToken');
    const stop = new AbortController();
    const out: string[] = [];
    const err: string[] = [];
    const hear = (to: string[]) => (line: string) => {
      to.push(line);
      void act(line).then((done) => done && stop.abort());
    };
    const io = {
      print: hear(out),
      note: hear(err),
      env: {},
      colour: false,
      logs: 'json' as const,
      signal: stop.signal,
      cwd: t.cwd,
    };
    const code = await watch({ url: t.url, token: credential, json }, io, pace);
    return { code, out, err };
  }

  test('says what became of a call, and through whom', async () => {
    const id = String((await t.exec('sudo ls'))['approval_id']);
    const { out } = await watching(false, async (line) => {
      if (line.startsWith('?')) await t.as('approverToken', 'approvals', 'deny', id, '--by', 'alice');
      return line.startsWith('·');
    });
    expect(out.at(-1)).toBe('· denied by alice: exec: sudo ls');
  });

  test('--json says it too', async () => {
    const id = String((await t.exec('sudo ls'))['approval_id']);
    const { out } = await watching(true, async (line) => {
      if (line.includes('"pending"')) await t.as('approverToken', 'approvals', 'approve', id, '--by', 'alice');
      return line.includes('"approved"');
    });
    expect(out.map((line) => JSON.parse(line))).toMatchObject([
      { id, status: 'pending', call: { params: { command: 'sudo ls' } } },
      { id, status: 'approved', resolvedBy: 'alice' },
    ]);
  });

  test('waits for a gateway that restarts', async () => {
    let restarted: Gateway | undefined;
    const port = Number(new URL(t.url).port);
    const admin = t.token('adminToken');
    await t.exec('sudo ls');
    const { code, err } = await watching(false, async (line) => {
      if (line.startsWith('?')) await t.gateway.close();
      if (line.endsWith('trying again.')) {
        restarted = await createGateway({ dev: true, rampart: { adminToken: admin } });
        await restarted.listen({ port });
      }
      return line.endsWith('answers again.');
    });
    expect(code).toBe(0);
    expect(err).toContain(`${t.url} does not answer; trying again.`);
    expect(err.at(-1)).toBe(`${t.url} answers again.`);
    await restarted?.close();
  });
});

describe('what goes wrong on the way', () => {
  test('nobody there is said with what to do', async () => {
    const { code, err } = await runCli(['approvals', 'list', '--url', 'http://127.0.0.1:1', '--token', 'x'.repeat(16)]);
    expect(code).toBe(4);
    expect(err[0]).toMatch(/^error: Nothing answers at http:\/\/127\.0\.0\.1:1: /);
    expect(err[1]).toContain('sallyport serve');
  });

  test.each([
    [{ RAMPART_TOKEN: 'not-a-token-of-this-gateway' }, 3, 'The gateway does not know this token'],
    [{}, 2, 'RAMPART_TOKEN'],
  ])('with %j the answer is %d and helps', async (env, expected, said) => {
    const { code, err } = await runCli(['tokens', 'list', '--url', t.url], { env });
    expect(code).toBe(expected);
    expect(err.join('\n')).toContain(said);
  });

  test('an address that is none is a usage error', async () => {
    expect((await runCli(['tokens', 'list', '--url', 'localhost:9090', '--token', 'x'])).code).toBe(2);
  });
});
