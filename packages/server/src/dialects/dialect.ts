import type { ChainFormula } from '@sallyport/verify';
import type { FastifyInstance } from 'fastify';
import type { Approval } from '../approvals/approval.js';
import type { ApprovalHooks } from '../approvals/desk.js';
import type { Role } from '../engine/credentials.js';
import type { Engine } from '../engine/engine.js';
import type { OperationDocs } from '../http/openapi/operation.js';
import type { Migrations } from '../store/store.js';

/** A dialect that is ready to serve. */
export interface RunningDialect {
  /** Declares its routes on an encapsulated instance that is mounted under `/<name>`. */
  routes(app: FastifyInstance): void;
  readonly approvals: ApprovalHooks;
  /** Its chains of audit records, each with the formula that it is sealed by. */
  readonly chains: Readonly<Record<string, ChainFormula>>;
  /** Whose records a chain of its holds; those of everybody who names no tenant when absent. */
  tenantOf?(chain: string): string;
  /** One approval as operators see it across dialects. */
  approvalView(approval: Approval): Readonly<Record<string, unknown>>;
  /** Whether a credential can be bound to policies of this name. */
  isPolicyFile(name: string): boolean;
  /** What a token made for these roles begins with: `<name>_` when absent. */
  tokenPrefix?(roles: readonly Role[]): string;
  /** Decides without recording, and says why. @throws InvalidCallError when the call does not parse. */
  explain(call: unknown): Promise<unknown>;
  /** Its measurements in the Prometheus text format. */
  metrics(): Promise<string>;
  /** What its routes take and answer, by the operation that each route names; loaded when somebody asks. */
  operations(): Promise<OperationDocs>;
  /** Credentials that were made because there were none, in clear; told once. */
  readonly made?: Readonly<Record<string, string>>;
  /** Demo data and credentials of a development gateway, by name, in clear. */
  seed(): Promise<Readonly<Record<string, string>>>;
  /** Forgets everything that it holds in memory, after the store was reset or restored. */
  reset(): Promise<void>;
  /** Lets requests go that it holds open — streams, and calls that wait for a human — so that the server can close. */
  release(): void;
  close(): Promise<void>;
}

/** A gateway's protocol, as a plug. Adding one touches no existing file but the gateway's list. */
export interface Dialect<Options = unknown> {
  readonly name: string;
  readonly migrations: Migrations;
  /** Root paths (first segments) that lead here: `/v1`, `/healthz`. */
  readonly roots: readonly string[];
  start(engine: Engine, options: Options): Promise<RunningDialect>;
}
