import fc from 'fast-check';

/** A route of the gateway, as its own description lists it. */
export interface Route {
  readonly method: string;
  /** With `{names}` where anything may stand. */
  readonly path: string;
}

/** Every route that a gateway describes, but for streams, which have no end, and those that would empty it or break it. */
export async function describedRoutes(url: string): Promise<readonly Route[]> {
  const document: { paths?: Record<string, object> } = Object(await (await fetch(`${url}/openapi.json`)).json());
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => !(method === 'get' && path.endsWith('/events/stream')) && !path.startsWith('/__sallyport/'))
      .map((method) => ({ method: method.toUpperCase(), path })),
  );
}

const CRLF = '\r\n';
const LONE_SURROGATE = Buffer.from([0xed, 0xa0, 0x80]);
const NASTY = [Buffer.from([0]), LONE_SURROGATE, Buffer.from([0xff]), Buffer.from('"'), Buffer.from('\\u0000')];

/** A request as bytes on a socket. */
export interface RawRequest {
  readonly route: Route;
  readonly bytes: Buffer;
  /** What to show when it was answered badly. */
  readonly shown: string;
}

const plain = fc.constantFrom('exec', 'read', 'fetch', 'rampart', 'my-tool');
const odd = fc.oneof(
  fc.constantFrom('%00', '%ff', '%2e%2e', '..', '', 'a%20b', '%', '💥', '__proto__'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const segment = fc.oneof({ weight: 9, arbitrary: plain }, { weight: 1, arbitrary: odd });

const names =
  'agent session run_id tool_call_id params input command path url cwd response enforce approved persist action scope ids outcome tool args decision audit_id status output dialect call roles verdict'.split(
    ' ',
  );
const values = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    'sudo id',
    'rm -rf /',
    true,
    null,
    -1,
    1e308,
    [],
    {},
    { command: 'ls' },
    { host: 'h', mode: 'hosted' },
  ),
);
/** What would be right somewhere, to be changed here and there. */
const plausible = fc.constantFrom<object>(
  {},
  { agent: 'a', session: 's', run_id: 'r', tool_call_id: 'c', params: { command: 'sudo id' } },
  { params: { command: 'ls' }, response: 'AKIAIOSFODNN7EXAMPLE' },
  { params: { path: '/etc/shadow' }, enforce: true },
  { approved: true, resolved_by: 'a', persist: true },
  { agent: 'a', session: 's', run_id: 'r', action: 'approve', scope: 'run', ids: ['x'] },
  { outcome: 'approved', scope: 'once', resolved_at: '2026-04-11T10:00:00Z' },
  { tool: 'exec', args: 'make', decision: 'allow' },
  { audit_id: 'x', status: 'ok', output: 'y' },
  { dialect: 'rampart', call: { tool: 'exec', params: { command: 'ls' } } },
  { dialect: 'rampart', roles: ['agent'], subject: 'a' },
  { verdict: 'approved', by: 'a' },
  { command: 'ls' },
);
const json = fc
  .tuple(plausible, fc.dictionary(fc.constantFrom(...names), values, { maxKeys: 2 }))
  .map(([right, more]) => Buffer.from(JSON.stringify({ ...right, ...more })));

/** JSON with bytes in it that do not belong there. */
const spoiled = fc.tuple(json, fc.nat(), fc.constantFrom(...NASTY)).map(([text, at, nasty]) => {
  const place = at % (text.length + 1);
  return Buffer.concat([text.subarray(0, place), nasty, text.subarray(place)]);
});
const deep = fc.nat({ max: 60_000 }).map((depth) => Buffer.from(`{"params":${'['.repeat(depth)}${']'.repeat(depth)}}`));
const body = fc.oneof(
  { weight: 8, arbitrary: json },
  { weight: 2, arbitrary: spoiled },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '{', 'null', '{}{}', '{"params":{"n":1e999}}').map((text) => Buffer.from(text)),
  },
);

const header = fc.oneof(
  fc.constantFrom(
    'Content-Type: text/plain',
    'Content-Encoding: gzip',
    'Idempotency-Key: a b',
    'Idempotency-Key: "k"',
    'Prefer: wait=x',
    'Origin: https://example.com',
    'Host: elsewhere',
    'X-Request-Id: \x07',
    'Expect: 100-continue',
    'Expect: nothing',
    'Upgrade: websocket',
    ' folded',
    'no colon',
    'Space : x',
    ': nameless',
  ),
  fc.nat({ max: 80_000 }).map((length) => `X-Long: ${'y'.repeat(length)}`),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => `X-Any: ${text}`),
);

/** How the body's length is told; the last ones lie. */
const FRAMINGS = ['length', 'chunked', 'none', 'too long', 'too short', 'both', 'broken chunks'] as const;

function framed(
  framing: (typeof FRAMINGS)[number],
  content: Buffer,
): readonly [headers: readonly string[], body: Buffer] {
  const chunk = Buffer.concat([Buffer.from(`${content.length.toString(16)}${CRLF}`), content, Buffer.from(CRLF)]);
  const chunked =
    content.length === 0 ? Buffer.from(`0${CRLF}${CRLF}`) : Buffer.concat([chunk, Buffer.from(`0${CRLF}${CRLF}`)]);
  switch (framing) {
    case 'length':
      return [[`Content-Length: ${content.length}`], content];
    case 'chunked':
      return [['Transfer-Encoding: chunked'], chunked];
    case 'none':
      return [[], content];
    case 'too long':
      return [[`Content-Length: ${content.length + 10}`], content];
    case 'too short':
      return [[`Content-Length: ${Math.max(0, content.length - 3)}`], content];
    case 'both':
      return [[`Content-Length: ${content.length}`, 'Transfer-Encoding: chunked'], chunked];
    case 'broken chunks':
      return [['Transfer-Encoding: chunked'], Buffer.concat([Buffer.from('zz\r\n'), content])];
  }
}

/** Mostly nothing. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** Requests to any of the routes: plausible ones, and ones that no client would make. */
export function rawRequests(routes: readonly Route[], tokens: readonly string[]): fc.Arbitrary<RawRequest> {
  const parts = fc.record({
    route: fc.constantFrom(...routes),
    method: rarely(fc.constantFrom('GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'BREW', 'get', '')),
    words: fc.array(segment, { minLength: 2, maxLength: 2 }),
    query: rarely(fc.string({ unit: 'binary', maxLength: 60 })),
    target: rarely(
      fc.constantFrom('*', '/', '//', 'http://elsewhere/v1/status', '/v1/../healthz', '/v1/status#x', '/\0', '/é'),
    ),
    version: rarely(fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'HTTP/9', 'http/1.1', '')),
    token: fc.constantFrom(...tokens, 'none'),
    headers: rarely(fc.array(header, { maxLength: 2 })),
    framing: rarely(fc.constantFrom(...FRAMINGS)),
    body,
  });
  return parts.map(
    ({ route, method, words, query, target, version, token, headers = [], framing = 'length', body: content }) => {
      let next = 0;
      const path = route.path.replace(/\{[^}]*\}/g, () => words[next++ % words.length] ?? 'x');
      const line = `${method ?? route.method} ${target ?? path}${query === undefined ? '' : `?${query}`} ${version ?? 'HTTP/1.1'}`;
      const [framingHeaders, framedBody] = framed(framing, content);
      const all = [
        line,
        'Host: localhost',
        'Connection: close',
        `Authorization: Bearer ${token}`,
        ...framingHeaders,
        ...headers,
      ];
      const bytes = Buffer.concat([Buffer.from(`${all.join(CRLF)}${CRLF}${CRLF}`), framedBody]);
      return { route, bytes, shown: `${line} (${framing}) ${content.toString('utf8').slice(0, 300)}` };
    },
  );
}
