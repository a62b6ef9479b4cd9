import type { FastifyReply } from 'fastify';

/** Requests that are kept waiting for a human, so that a shutdown can let them go. */
export class HeldRequests {
  readonly #open = new Set<AbortController>();
  #closed = false;

  /** Runs work that ends early when the client goes away or the server closes; its signal says so. */
  async whileHeld<T>(reply: FastifyReply, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const leave = () => controller.abort();
    if (this.#closed) leave();
    this.#open.add(controller);
    reply.raw.once('close', leave);
    try {
      return await work(controller.signal);
    } finally {
      this.#open.delete(controller);
      reply.raw.off('close', leave);
    }
  }

  /** Lets everybody go with what there is, now and from now on. */
  close(): void {
    this.#closed = true;
    for (const controller of this.#open) controller.abort();
  }
}
