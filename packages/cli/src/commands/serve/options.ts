/** Declared here, too, so that `--help` needs no server; their type is compared with the server's. */
export const PROFILES = [
  'standard',
  'paranoid',
  'yolo',
  'block-prompt-injection',
  'research-agent',
  'mcp-server',
  'demo',
  'none',
] as const;

/** Where each protocol's admin credential is read from. AEGIS's own variable holds an agent's key as well: it is not read. */
export const ADMIN_VARIABLES = {
  rampart: 'RAMPART_TOKEN',
  meshguard: 'MESHGUARD_ADMIN_TOKEN',
  aegis: 'AEGIS_ADMIN_KEY',
} as const;

/** A protocol that the gateway serves. */
export type ServedDialect = keyof typeof ADMIN_VARIABLES;

const isServed = (name: string): name is ServedDialect => Object.hasOwn(ADMIN_VARIABLES, name);

/** All of them. */
export const SERVED: readonly ServedDialect[] = Object.keys(ADMIN_VARIABLES).filter(isServed);

/** What `serve` was told. */
export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly store?: string;
  readonly policies?: string;
  readonly config?: string;
  readonly profile?: (typeof PROFILES)[number];
  readonly mode: 'enforce' | 'monitor' | 'disabled';
  readonly meshguardPolicies?: string;
  readonly meshguardMode?: 'enforce' | 'audit' | 'bypass';
  /** Where MeshGuard's proxy leads. */
  readonly proxyTarget?: string;
  /** Where MeshGuard's alerts go. */
  readonly meshguardAlerts?: string;
  readonly aegisPrecedence?: 'strictest' | 'priority';
  readonly aegisFlatBody?: boolean;
  /** Protocols that are not served. */
  readonly without?: readonly ServedDialect[];
  readonly dev?: boolean;
  readonly allowPrivateTargets?: boolean;
  readonly metrics?: boolean;
  /** Milliseconds. */
  readonly approvalTimeout?: number;
  readonly json?: boolean;
}
