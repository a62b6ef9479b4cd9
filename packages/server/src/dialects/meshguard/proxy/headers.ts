const HOP_BY_HOP = [
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade'],
];

/** What the target must not see: credentials for this gateway, and what belongs to one connection. */
const NOT_SENT: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  ...['authorization', 'x-admin-token', 'host', 'content-length', 'expect'],
]);
const NOT_RELAYED: ReadonlySet<string> = new Set([...HOP_BY_HOP, 'x-request-id']);
/** What the gateway says with every answer. */
const GATEWAYS = 'sallyport-';
const OURS = 'x-meshguard-';

/** Headers that a `Connection` header names belong to that connection, too. */
function namedBy(connection: readonly string[]): ReadonlySet<string> {
  return new Set(connection.flatMap((value) => value.toLowerCase().split(',')).map((name) => name.trim()));
}

/**
 * The headers that go on to the target, in their order and as they were spelled.
 *
 * @param raw - names and values in turn, as they came.
 */
export function forwardedHeaders(raw: readonly string[]): readonly string[] {
  const pairs = raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []));
  const named = namedBy(pairs.filter(([name]) => name.toLowerCase() === 'connection').map(([, value]) => value));
  return pairs
    .filter(([name]) => {
      const lower = name.toLowerCase();
      return !NOT_SENT.has(lower) && !named.has(lower) && !lower.startsWith(OURS);
    })
    .flat();
}

/** The headers of the target's answer that come back: none of its own may pass for the gateway's. */
export function relayedHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string | string[]>> {
  const named = namedBy([headers['connection'] ?? []].flat());
  const relayed: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    const isOurs = lower.startsWith(OURS) || lower.startsWith(GATEWAYS);
    if (value === undefined || NOT_RELAYED.has(lower) || named.has(lower) || isOurs) continue;
    relayed[lower] = value;
  }
  return relayed;
}
