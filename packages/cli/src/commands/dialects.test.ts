import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CliRun, runCli } from '../testing/cli.js';
import { type FakeOperator, fakeOperator } from '../testing/operator.js';

const TOKENS = { rampart: 'rampart-token-1234', meshguard: 'meshguard-token-12' };
const RAMPART = { RAMPART_TOKEN: TOKENS.rampart };
const MESHGUARD = { MESHGUARD_ADMIN_TOKEN: TOKENS.meshguard };

let operator: FakeOperator;
beforeEach(async () => {
  operator = await fakeOperator(TOKENS, [
    { id: 'm-1', dialect: 'meshguard', status: 'pending', createdAt: 1 },
    { id: 'r-1', dialect: 'rampart', status: 'pending', createdAt: 2 },
  ]);
});
afterEach(() => operator.close());

const cli = (env: Readonly<Record<string, string>>, ...argv: string[]): Promise<CliRun> =>
  runCli([...argv, '--url', operator.url], { env });

const idsOf = ({ out }: CliRun): readonly string[] =>
  JSON.parse(out.join('')).map(({ id }: { readonly id: string }) => id);

describe('approvals', () => {
  const list = (env: Readonly<Record<string, string>>, ...argv: string[]) =>
    cli(env, 'approvals', 'list', '--json', ...argv);

  test('of every protocol whose token is set are listed together, oldest first', async () => {
    expect(idsOf(await list({ ...RAMPART, ...MESHGUARD }))).toEqual(['m-1', 'r-1']);
    const { out } = await cli({ ...RAMPART, ...MESHGUARD }, 'approvals', 'list');
    expect(out.flatMap((line) => line.split(/ {2,}/)[2] ?? [])).toEqual(['PROTOCOL', 'meshguard', 'rampart']);
  });

  test('of one protocol are listed when it alone is meant', async () => {
    expect(idsOf(await list({ ...RAMPART, ...MESHGUARD }, '--dialect', 'meshguard'))).toEqual(['m-1']);
    expect(idsOf(await list(MESHGUARD))).toEqual(['m-1']);
    expect(idsOf(await list(MESHGUARD, '--token', TOKENS.rampart))).toEqual(['r-1']);
  });

  test('a token that opens nothing is told of, and stops nobody', async () => {
    const env = { ...MESHGUARD, AEGIS_API_KEY: 'an-agent-of-another-place' };
    const run = await list(env);
    expect([run.code, idsOf(run)]).toEqual([0, ['m-1']]);
    expect(run.err).toEqual([expect.stringMatching(/^aegis: The gateway does not know this token/)]);
  });

  test('a token is not shown to another gateway than its own', async () => {
    const elsewhere = { ...MESHGUARD, MESHGUARD_GATEWAY_URL: 'https://meshguard.example' };
    expect(idsOf(await list({ ...RAMPART, ...elsewhere }))).toEqual(['r-1']);
    expect(operator.asked).toEqual(['rampart GET /sallyport/v1/approvals {}']);
    const away = { ...RAMPART, RAMPART_URL: 'https://rampart.example' };
    expect(idsOf(await list({ ...away, ...MESHGUARD }))).toEqual(['m-1']);
    const here = { ...MESHGUARD, MESHGUARD_GATEWAY_URL: `${operator.url}/meshguard` };
    expect(idsOf(await list({ ...RAMPART, ...here }))).toEqual(['m-1', 'r-1']);
  });

  test('where no token opens anything, the first one’s variable is named', async () => {
    const env = { MESHGUARD_ADMIN_TOKEN: 'wrong-token-of-meshguard', AEGIS_API_KEY: 'wrong-token-of-aegis' };
    const { code, err } = await list(env);
    expect([code, err.at(-1)]).toEqual([3, 'Check MESHGUARD_ADMIN_TOKEN.']);
  });

  test('are answered with the token of their protocol', async () => {
    const { code, out } = await cli({ ...RAMPART, ...MESHGUARD }, 'approvals', 'approve', 'm-1', '--by', 'alice');
    expect([code, out]).toEqual([0, ['approved tool: call of meshguard']]);
    expect(operator.asked.at(-1)).toBe(
      'meshguard POST /sallyport/v1/approvals/m-1/resolve {"verdict":"approved","by":"alice"}',
    );
    const unknown = await cli({ ...RAMPART, ...MESHGUARD }, 'approvals', 'deny', 'x-1');
    expect([unknown.code, unknown.err[0]]).toEqual([3, 'error: The gateway refused: approval not found.']);
  });

  test('of all are watched', async () => {
    const stop = new AbortController();
    const shown: string[] = [];
    const { code } = await runCli(['approvals', 'watch', '--json', '--url', operator.url], {
      env: { ...RAMPART, ...MESHGUARD },
      signal: stop.signal,
      print: (line) => {
        shown.push(JSON.parse(line).id);
        if (shown.length === 2) stop.abort();
      },
    });
    expect([code, shown.sort()]).toEqual([0, ['m-1', 'r-1']]);
  });
});

describe('tokens', () => {
  const both = { ...RAMPART, ...MESHGUARD };

  test('of all protocols are listed, also where they have the same id', async () => {
    const { out } = await cli(both, 'tokens', 'list', '--json');
    const listed: { readonly dialect: string }[] = JSON.parse(out.join(''));
    expect(listed.map(({ dialect }) => dialect)).toEqual(['rampart', 'meshguard']);
  });

  test('of the same id are not revoked before it is said which', async () => {
    const { code, err } = await cli(both, 'tokens', 'revoke', 'server/admin');
    expect([code, err[0]]).toEqual([2, 'error: server/admin is one of rampart and meshguard.']);
    expect(operator.asked.some((line) => line.includes('DELETE'))).toBe(false);
    expect((await cli(both, 'tokens', 'revoke', 'server/admin', '--dialect', 'meshguard')).code).toBe(0);
    expect(operator.asked.at(-1)).toBe('meshguard DELETE /sallyport/v1/credentials/server%2Fadmin {}');
  });
});

describe('which protocol is meant', () => {
  const explain = (env: Readonly<Record<string, string>>, ...argv: string[]) =>
    cli(env, 'explain', '--call', '{}', ...argv);

  test.each([
    [RAMPART, [], 'by rampart'],
    [MESHGUARD, [], 'by meshguard'],
    [{ ...RAMPART, ...MESHGUARD }, [], 'by rampart'],
    [{ ...RAMPART, ...MESHGUARD }, ['--dialect', 'meshguard'], 'by meshguard'],
  ])('with %j and %j it is %s', async (env, argv, said) => {
    expect((await explain(env, ...argv)).out[0]).toBe(`deny  ${said}`);
  });

  test('where several are set and none is rampart’s, it has to be said', async () => {
    const { code, err } = await explain({ ...MESHGUARD, VARGATE_API_KEY: 'a-key-of-vargate' });
    expect([code, err]).toEqual([
      2,
      ['error: MESHGUARD_ADMIN_TOKEN, VARGATE_API_KEY are set.', 'Say which with --dialect meshguard or vargate.'],
    ]);
  });

  test('a call is given in the words of its protocol, and its trace shown as it is', async () => {
    const { out } = await explain(MESHGUARD);
    expect(operator.asked).toEqual(['meshguard POST /sallyport/v1/explain {"dialect":"meshguard","call":{}}']);
    expect(out).toEqual([
      'deny  by meshguard',
      '',
      'stage         policy',
      'risk          {"risk_score":3}',
      'what to do    grant it',
    ]);
  });

  test.each([
    [MESHGUARD, ['exec', 'ls'], 'Calls of meshguard are given whole, as its clients send them.'],
    [RAMPART, [], 'The tool is missing.'],
    [RAMPART, ['exec', '--call', '{}'], 'Give a tool or --call, and not both.'],
    [RAMPART, ['--call', '[]'], '--call must be a JSON object, and not [].'],
    [RAMPART, ['--call', '{}', '--agent', 'a'], "option '--call <json>' cannot be used with option '--agent <name>'"],
  ])('with %j explain %j is a usage error that says why', async (env, argv, said) => {
    const { code, err } = await cli(env, 'explain', ...argv);
    expect([code, err[0]]).toEqual([2, expect.stringContaining(said)]);
  });

  test('the variable that is missing is the one of the protocol', async () => {
    const { code, err } = await explain({}, '--dialect', 'aegis');
    expect([code, err.join(' ')]).toEqual([2, expect.stringContaining('AEGIS_API_KEY')]);
  });
});
