/**
 * How the AEGIS dialect behaves. Everything is optional.
 *
 * @example
 * ```ts
 * import { type AegisOptions, createGateway } from '@sallyport/server';
 *
 * const aegis: AegisOptions = { requestsPerMinute: 10_000, escalationTimeoutMs: 15 * 60_000 };
 * await createGateway({ store: 'sqlite:gateway.db', aegis });
 * ```
 */
export interface AegisOptions {
  /**
   * The API key that holds every scope: at least 16 characters without blanks.
   *
   * @defaultValue the one of an earlier start; a made one at the first start, told once in the gateway's `credentials`
   */
  readonly adminKey?: string;
  /** Requests of one API key within a minute; more are answered 429. @defaultValue 1,000 */
  readonly requestsPerMinute?: number;
  /** Proposals about one agent within a minute, 10,000 at most; more are answered 429. `false` for no limit. @defaultValue 100 */
  readonly agentProposalsPerMinute?: number | false;
  /** Actions of one agent within a minute that need nobody's look, 10,000 at most; more are escalated. `false` for no limit. @defaultValue 20 */
  readonly aggregateLimit?: number | false;
  /** Risk score, 0 to 10, from which an allowed action needs a confirmation. @defaultValue 7 */
  readonly confirmationThreshold?: number;
  /** Risk score, 0 to 10, from which an allowed action is escalated. @defaultValue 9 */
  readonly escalationThreshold?: number;
  /** Milliseconds for which a confirmation token is good. @defaultValue 300,000 */
  readonly confirmationTimeoutMs?: number;
  /** Milliseconds until an unanswered escalation denies. @defaultValue 3,600,000 */
  readonly escalationTimeoutMs?: number;
  /** Whether the strictest matching rule wins, or the one of the highest priority. @defaultValue `strictest` */
  readonly precedence?: 'strictest' | 'priority';
  /** Lets actor ids hold `:` and `@`. @defaultValue `false` */
  readonly extendedActorIds?: boolean;
  /** Takes the older flat body `{ agent_id, action, target }`, too, and answers it `{ decision, reason }`. @defaultValue `false` */
  readonly flatBody?: boolean;
}
