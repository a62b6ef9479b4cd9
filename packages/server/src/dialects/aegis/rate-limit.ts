import type { FastifyReply } from 'fastify';

const WINDOW_MS = 60_000;
/** Callers that are counted at the same time. */
const MAX_COUNTED = 10_000;

/** How much of a caller's allowance is left. */
export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  /** Unix seconds at which it is whole again. */
  readonly resetAt: number;
  readonly allowed: boolean;
}

/** Counts requests in windows that begin at full minutes. In memory: each replica counts for itself. */
export class RequestCounter {
  readonly #limit: number;
  readonly #now: () => number;
  #window = 0;
  #counts = new Map<string, number>();

  constructor(limit: number, now: () => number) {
    this.#limit = limit;
    this.#now = now;
  }

  /** Counts a request of a caller. */
  take(caller: string): Allowance {
    const used = this.#used(caller) + 1;
    if (this.#counts.size < MAX_COUNTED || this.#counts.has(caller)) this.#counts.set(caller, used);
    return this.#allowance(used);
  }

  /** Looks without counting. */
  look(caller: string): Allowance {
    return this.#allowance(this.#used(caller));
  }

  /** Begins again. */
  clear(): void {
    this.#counts.clear();
  }

  #used(caller: string): number {
    const window = Math.floor(this.#now() / WINDOW_MS);
    if (window !== this.#window) {
      this.#window = window;
      this.#counts.clear();
    }
    return this.#counts.get(caller) ?? 0;
  }

  #allowance(used: number): Allowance {
    return {
      limit: this.#limit,
      remaining: Math.max(this.#limit - used, 0),
      resetAt: ((this.#window + 1) * WINDOW_MS) / 1000,
      allowed: used <= this.#limit,
    };
  }
}

/** Tells a caller what is left. */
export function showAllowance(reply: FastifyReply, { limit, remaining, resetAt }: Allowance): void {
  reply
    .header('x-ratelimit-limit', limit)
    .header('x-ratelimit-remaining', remaining)
    .header('x-ratelimit-reset', resetAt);
}
