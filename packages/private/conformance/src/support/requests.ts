import fc from 'fast-check';
import type { Vocabulary } from './vocabulary.js';

/** A route of the gateway, as its own description lists it. */
export interface Route {
  /** The protocol that it belongs to; `sallyport` and `gateway` for those of the gateway itself. */
  readonly dialect: string;
  readonly method: string;
  /** With `{names}` where anything may stand. */
  readonly path: string;
}

/** Every route that a gateway describes, but for streams, which have no end, and those that would empty it or break it. */
export async function describedRoutes(url: string): Promise<readonly Route[]> {
  const document: { paths?: Record<string, object> } = Object(await (await fetch(`${url}/openapi.json`)).json());
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => !(method === 'get' && path.endsWith('/events/stream')) && !path.startsWith('/__sallyport/'))
      .map(([method, { operationId }]: [string, { operationId?: unknown }]) => ({
        method: method.toUpperCase(),
        path,
        dialect: String(operationId).replace(/\..*/, ''),
      })),
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

const odd = fc.oneof(
  fc.constantFrom('%00', '%ff', '%2e%2e', '..', '', 'a%20b', '%', '💥', '__proto__'),
  fc.string({ unit: 'binary', maxLength: 20 }),
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
function bodyOf({ bodies, names }: Vocabulary): fc.Arbitrary<Buffer> {
  const plausible = fc.constantFrom({}, ...bodies);
  const json = fc
    .tuple(plausible, fc.dictionary(fc.constantFrom(...names), values, { maxKeys: 2 }))
    .map(([right, more]) => Buffer.from(JSON.stringify({ ...right, ...more })));
  /** JSON with bytes in it that do not belong there. */
  const spoiled = fc.tuple(json, fc.nat(), fc.constantFrom(...NASTY)).map(([text, at, nasty]) => {
    const place = at % (text.length + 1);
    return Buffer.concat([text.subarray(0, place), nasty, text.subarray(place)]);
  });
  return fc.oneof({ weight: 8, arbitrary: json }, { weight: 2, arbitrary: spoiled }, { weight: 3, arbitrary: noise });
}

const deep = fc.nat({ max: 60_000 }).map((depth) => Buffer.from(`{"params":${'['.repeat(depth)}${']'.repeat(depth)}}`));
const noise = fc.oneof(
  deep,
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom('', '{', 'null', '{}{}', '{"params":{"n":1e999}}', 'a: &a [*a]', '- x')
    .map((text) => Buffer.from(text)),
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
export function rawRequests(
  routes: readonly Route[],
  vocabularies: Readonly<Record<string, Vocabulary>>,
): fc.Arbitrary<RawRequest> {
  return fc.constantFrom(...routes).chain((route) => {
    const vocabulary = vocabularies[route.dialect];
    if (vocabulary === undefined) throw new Error(`nobody knows how to talk ${route.dialect}`);
    return requestTo(route, vocabulary);
  });
}

function requestTo(route: Route, vocabulary: Vocabulary): fc.Arbitrary<RawRequest> {
  const segment = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...vocabulary.words) },
    { weight: 1, arbitrary: odd },
  );
  const parts = fc.record({
    method: rarely(fc.constantFrom('GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'BREW', 'get', '')),
    words: fc.array(segment, { minLength: 2, maxLength: 2 }),
    query: rarely(fc.string({ unit: 'binary', maxLength: 60 })),
    target: rarely(
      fc.constantFrom('*', '/', '//', 'http://elsewhere/v1/status', '/v1/../healthz', '/v1/status#x', '/\0', '/é'),
    ),
    version: rarely(fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'HTTP/9', 'http/1.1', '')),
    credential: fc.constantFrom(...vocabulary.credentials, ['Authorization: Bearer none']),
    own: fc.array(vocabulary.headers, { maxLength: 2 }),
    headers: rarely(fc.array(header, { maxLength: 2 })),
    framing: rarely(fc.constantFrom(...FRAMINGS)),
    content: bodyOf(vocabulary),
  });
  return parts.map(
    ({ method, words, query, target, version, credential, own, headers = [], framing = 'length', content }) => {
      let next = 0;
      const path = route.path.replace(/\{[^}]*\}|\*/g, () => words[next++ % words.length] ?? 'x');
      const line = `${method ?? route.method} ${target ?? path}${query === undefined ? '' : `?${query}`} ${version ?? 'HTTP/1.1'}`;
      const [framingHeaders, framedBody] = framed(framing, content);
      const all = [line, 'Host: localhost', 'Connection: close', ...credential, ...framingHeaders, ...own, ...headers];
      const bytes = Buffer.concat([Buffer.from(`${all.join(CRLF)}${CRLF}${CRLF}`), framedBody]);
      const shown = `${line} (${framing}) ${own.join(' · ').slice(0, 200)} ${content.toString('utf8').slice(0, 300)}`;
      return { route, bytes, shown };
    },
  );
}
