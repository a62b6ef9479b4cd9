/**
 * How the gateway is.
 *
 * @example
 * ```ts
 * import { type HealthStatus, MeshGuardClient } from '@sallyport/meshguard';
 *
 * const { status, version, mode }: HealthStatus = await new MeshGuardClient().health();
 * ```
 */
export interface HealthStatus {
  /** `healthy` when it is. */
  readonly status: string;
  readonly version: string;
  /** `enforce`, `audit` or `bypass`. */
  readonly mode: string;
  /** RFC 3339. */
  readonly timestamp?: string;
  /** Seconds. */
  readonly uptime?: number;
  readonly checks?: Readonly<Record<string, unknown>>;
}
