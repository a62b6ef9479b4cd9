import type { DialectName } from '../../gateway/dialects.js';

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

/** What `serve` was told. */
export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly store?: string;
  readonly policies?: string;
  readonly config?: string;
  readonly profile?: (typeof PROFILES)[number];
  readonly mode: 'enforce' | 'monitor' | 'disabled';
  /** Protocols that are not served. */
  readonly without?: readonly DialectName[];
  readonly dev?: boolean;
  readonly allowPrivateTargets?: boolean;
  readonly metrics?: boolean;
  /** Milliseconds. */
  readonly approvalTimeout?: number;
  readonly json?: boolean;
}
