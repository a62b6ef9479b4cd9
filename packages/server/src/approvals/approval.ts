/** `approved` becomes `consumed` when the call that was approved has used it. */
export type ApprovalStatus = 'pending' | 'approved' | 'rejected' | 'expired' | 'cancelled' | 'consumed';

/** A question to a human, bound to one exact call. */
export interface Approval {
  readonly id: string;
  readonly dialect: string;
  readonly tenant: string;
  readonly status: ApprovalStatus;
  /** Calls with the same key join this record while it is pending. Unique (the id itself where nothing may join). */
  readonly joinKey: string;
  /** SHA-256, hex, of the canonical JSON of the exact call: dialect, tenant, caller, tool, arguments. */
  readonly digest: string;
  /** Id of the credential that asked. */
  readonly owner: string;
  readonly agent: string;
  readonly session: string;
  readonly runId: string;
  readonly callId: string;
  readonly tool: string;
  /** One line for people: the command, the path, the action. Redacted. */
  readonly summary: string;
  readonly message: string;
  /** The call as people may see it, redacted. */
  readonly call: unknown;
  readonly policyRevision: string;
  /** The id that links intent, decision and outcome in the audit log. */
  readonly link: string;
  /** Milliseconds since the epoch, here and below. */
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly resolvedAt?: number;
  readonly resolvedBy?: string;
  readonly note?: string;
  readonly consumedAt?: number;
  /** What only the dialect understands, as plain JSON. */
  readonly extra: unknown;
}

/** One step of the state machine, as it is about to be written. */
export interface Transition {
  readonly from: ApprovalStatus;
  readonly to: ApprovalStatus;
  readonly at: number;
  /** Who: an operator's name, `signed-link`, `timeout`, the agent. */
  readonly by: string;
  readonly note?: string;
  /** What the caller of the transition wants the dialect's records to say besides. */
  readonly details?: Readonly<Record<string, unknown>>;
}
