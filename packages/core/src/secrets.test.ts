import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ResponseParseError } from './errors/index.js';
import type { RequestOptions } from './options.js';
import { callerOn, DECIDE, failure, READ, TOKEN } from './test/caller.js';
import type { Script } from './test/fakes.js';

/** All that somebody can be shown of an error. */
const shown = (error: unknown): string =>
  [
    String(error),
    JSON.stringify(error),
    inspect(error, { depth: 9 }),
    Object(error).stack,
    Object(error).requestId,
  ].join('\n');

const echoes: readonly (readonly [string, Script])[] = [
  [
    'in the content type of an answer that is no JSON',
    { headers: { 'content-type': `text/${TOKEN}` }, body: '<html>' },
  ],
  ['in the request id', { status: 500, headers: { 'x-request-id': TOKEN }, body: {} }],
  ['in a broken body', { body: `{"token": ${TOKEN}` }],
  ['in the text of an error', { status: 401, body: `who is ${TOKEN}?` }],
  ['in the message of an error', { status: 400, body: { error: `bad header Bearer-${TOKEN}` } }],
  ['in a problem', { status: 400, headers: { 'content-type': 'application/problem+json' }, body: { detail: TOKEN } }],
  ['spelt with escapes', { status: 400, body: `{"error":"no \\u0074ok_0123456789 here"}` }],
  ['in a name', { status: 400, body: { error: { message: 'x' }, [TOKEN]: 1 } }],
  ['in a redirect', { status: 302, headers: { location: `http://else.where/${TOKEN}` } }],
  ['by the transport', { breaks: new Error(`cannot send Bearer ${TOKEN}`), sent: false }],
];

describe('a credential that comes back', () => {
  it.each(echoes)('%s is not shown', async (_where, script) => {
    const { caller } = callerOn([script], { maxRetries: 0 });
    const error = await failure(caller.call(READ, 'x'));
    expect(shown(error)).not.toContain(TOKEN);
    expect(inspect({ ...Object(error) }, { depth: 9 })).not.toContain(TOKEN);
  });

  it('in a broken body is not quoted by halves either', async () => {
    const { caller } = callerOn([{ body: `${' '.repeat(3)}${TOKEN}` }]);
    const error = await failure(caller.call(READ, 'x'));
    expect(error).toBeInstanceOf(ResponseParseError);
    expect(shown(error)).not.toContain(TOKEN.slice(0, 6));
  });

  it('is masked in results: whatever is built from them may be shown', async () => {
    const body = { message: `denied for ${TOKEN}`, list: [TOKEN], n: 1, no: null };
    const { caller } = callerOn([{ body }, { body: `# for ${TOKEN}\n` }]);
    expect(await caller.call(DECIDE, 'x')).toEqual({
      message: 'denied for [redacted]',
      list: ['[redacted]'],
      n: 1,
      no: null,
    });
    expect(await caller.call({ ...READ, reads: 'text' }, 'x')).toBe('# for [redacted]\n');
  });

  const others: readonly (readonly [string, RequestOptions, RequestOptions])[] = [
    ['given to the client as a header', { headers: { authorization: 'Bearer other-secret' } }, {}],
    ['given to one call as a header', {}, { headers: { 'X-Api-Key': 'other-secret' } }],
  ];
  it.each(others)('%s is masked as well', async (_how, options, call) => {
    const { caller } = callerOn([{ status: 401, body: { error: 'other-secret is unknown' } }], options);
    expect(String(await failure(caller.call(READ, 'x', call)))).toContain('[redacted] is unknown');
  });

  it('takes nothing from other headers', async () => {
    const { caller } = callerOn([{ status: 400, body: { error: 'team payments' } }], {
      headers: { 'x-team': 'payments' },
    });
    expect(String(await failure(caller.call(READ, 'x')))).toContain('team payments');
  });
});
