/** How one of the gateways' protocols is reached from a command line. */
export interface DialectEntry {
  /** Where its clients look for the gateway. */
  readonly urlVariable: string;
  /** Where its operators keep their credential. */
  readonly tokenVariable: string;
  /** Where its agents keep theirs; often the same. */
  readonly agentVariable: string;
  /** What a gateway under `--dev` calls an agent's credential. */
  readonly agentCredential: string;
  /** What the base URL of its own clients has beyond the gateway's root. */
  readonly clientPath: string;
}

/** Every protocol that the command line knows. What is special about one is said here and nowhere else. */
export const DIALECTS = {
  rampart: {
    urlVariable: 'RAMPART_URL',
    tokenVariable: 'RAMPART_TOKEN',
    agentVariable: 'RAMPART_TOKEN',
    agentCredential: 'token',
    clientPath: '',
  },
  meshguard: {
    urlVariable: 'MESHGUARD_GATEWAY_URL',
    tokenVariable: 'MESHGUARD_ADMIN_TOKEN',
    agentVariable: 'MESHGUARD_AGENT_TOKEN',
    agentCredential: 'agentToken',
    clientPath: '',
  },
  aegis: {
    urlVariable: 'AEGIS_ENDPOINT',
    tokenVariable: 'AEGIS_API_KEY',
    agentVariable: 'AEGIS_API_KEY',
    agentCredential: 'apiKey',
    clientPath: '',
  },
  vargate: {
    urlVariable: 'VARGATE_URL',
    tokenVariable: 'VARGATE_API_KEY',
    agentVariable: 'VARGATE_API_KEY',
    agentCredential: 'apiKey',
    clientPath: '/api',
  },
} as const satisfies Readonly<Record<string, DialectEntry>>;

/** The name of a protocol, as `--dialect` takes it. */
export type DialectName = keyof typeof DIALECTS;

/** The one that is meant where nothing says which. */
export const DEFAULT_DIALECT: DialectName = 'rampart';

const isDialectName = (name: string): name is DialectName => Object.hasOwn(DIALECTS, name);

/** All names, in the order in which they are tried. */
export const DIALECT_NAMES: readonly DialectName[] = Object.keys(DIALECTS).filter(isDialectName);

/** The gateway's own root behind the base URL of a protocol's clients, which may name the protocol's mount. */
export function gatewayRoot(url: string, dialect: DialectName): string {
  const { clientPath } = DIALECTS[dialect];
  return [clientPath, `/${dialect}`].reduce(
    (rest, path) => (path !== '' && rest.endsWith(path) ? rest.slice(0, -path.length) : rest),
    url.replace(/\/+$/, ''),
  );
}
