import { SallyportError } from '@sallyport/core';
import { branded } from '@sallyport/core/internal';

/** Why a request to somebody else's server gave nothing. */
export type OutboundReason = 'blocked' | 'timeout' | 'failed' | 'too_large';

/** What lets the gateway reach addresses that are not public. */
export const HOW_TO_ALLOW = 'start the gateway with --allow-private-targets (allowPrivateTargets: true) to reach it';

/** A request that the gateway made, or refused to make, of somebody else's server. */
export class OutboundError extends SallyportError {
  static override readonly code: string = 'outbound';
  readonly reason: OutboundReason;

  static {
    branded(OutboundError, 'server', 'OutboundError');
  }

  constructor(reason: OutboundReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}
