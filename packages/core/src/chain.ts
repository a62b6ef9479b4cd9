import type { AttemptRequest, Middleware } from './middleware.js';
import type { Exchange, ResponseHead } from './transport/port.js';

/**
 * An attempt that runs through middleware. It is an exchange itself, whichever of its parts is under way: a middleware
 * that thinks, or the request it let through.
 */
export class ChainedExchange<Answer extends ResponseHead> implements Exchange<Answer> {
  readonly result: Promise<Answer>;
  #inner: Exchange<Answer> | undefined;
  #ended: Error | undefined;

  /**
   * @param carry - sends a request on its way.
   * @param explain - turns what a transport throws into an error of ours, so that middleware never sees a foreign one.
   */
  constructor(
    chain: readonly Middleware[],
    request: AttemptRequest,
    carry: (request: AttemptRequest) => Exchange<Answer>,
    explain: (error: unknown, exchange: Exchange<Answer>) => unknown,
  ) {
    const last = async (final: AttemptRequest): Promise<Answer> => {
      if (this.#ended) throw this.#ended;
      const exchange = carry(final);
      this.#inner = exchange;
      try {
        return await exchange.result;
      } catch (error) {
        throw explain(error, exchange);
      }
    };
    const run = chain.reduceRight((next, middleware) => async (given) => middleware(given, next), last);
    this.result = run(request);
  }

  get sent(): boolean {
    return this.#inner?.sent ?? false;
  }

  get head(): ResponseHead | undefined {
    return this.#inner?.head;
  }

  abort(reason: Error): void {
    this.#ended = reason;
    this.#inner?.abort(reason);
  }
}
