import { isIP } from 'node:net';
import type { Dispatcher } from 'undici';
import type { Clock, Log } from '../engine/engine.js';
import { isPublicAddress } from './addresses.js';
import { HOW_TO_ALLOW, OutboundError } from './errors.js';
import { guardedLookup, type Resolver, systemResolver } from './lookup.js';
import type { Outbound, OutboundRequest, OutboundResponse } from './outbound.js';

/** Targets that are remembered as refused: they come from policies, which are few. */
const MAX_BLOCKED = 1000;

/** What going out takes. */
export interface OutboundParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Lets requests reach private and loopback addresses: for development, and for receivers on one's own network. */
  readonly allowPrivateTargets: boolean;
  /** @defaultValue the system's resolver */
  readonly resolve?: Resolver;
}

/** Outgoing requests over undici. */
export class HttpOutbound implements Outbound {
  readonly #parts: OutboundParts;
  #agent: Promise<Dispatcher> | undefined;
  readonly #blocked = new Set<string>();
  readonly #underWay = new Map<string, Set<Promise<void>>>();

  constructor(parts: OutboundParts) {
    this.#parts = parts;
  }

  async post(asked: OutboundRequest): Promise<OutboundResponse> {
    const url = this.#target(asked.url);
    const abort = new AbortController();
    let timer: { cancel(): void } | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = this.#parts.clock.after(asked.timeoutMs, () => {
        reject(new OutboundError('timeout', `${url.host} did not answer within ${asked.timeoutMs} ms.`));
        abort.abort();
      });
    });
    const exchange = this.#exchange(url, asked, abort);
    // undici does not end a connection attempt that is aborted: the caller must not wait for it.
    exchange.catch(() => {});
    try {
      return await Promise.race([exchange, timeout]);
    } finally {
      timer?.cancel();
    }
  }

  notify(queue: string, limit: number, asked: OutboundRequest): void {
    const underWay = this.#underWay.get(queue) ?? new Set();
    this.#underWay.set(queue, underWay);
    const { log } = this.#parts;
    if (underWay.size >= limit) {
      log.warn({ queue, limit }, 'notification dropped: too many under way');
      return;
    }
    const sending = this.post(asked)
      .then(({ status }) => {
        if (status < 200 || status > 299) log.warn({ queue, status }, 'notification refused by its receiver');
      })
      .catch((error: unknown) => this.#undelivered(queue, asked.url, error))
      .finally(() => underWay.delete(sending));
    underWay.add(sending);
  }

  /** A target that is not allowed stays so: it is told of once. */
  #undelivered(queue: string, url: string, error: unknown): void {
    if (error instanceof OutboundError && error.reason === 'blocked') {
      const key = `${queue} ${url}`;
      if (this.#blocked.has(key)) return;
      if (this.#blocked.size < MAX_BLOCKED) this.#blocked.add(key);
    }
    this.#parts.log.warn({ queue, err: error }, 'notification not delivered');
  }

  async close(): Promise<void> {
    await Promise.all([...this.#underWay.values()].flatMap((sending) => [...sending]));
    await (await this.#agent)?.destroy();
  }

  /**
   * Loaded with the first request: it takes longer to load than everything else, and many gateways never need it. It is
   * CommonJS, of which a bundler that splits its output leaves the default export alone.
   */
  #dispatcher(): Promise<Dispatcher> {
    this.#agent ??= import('undici').then(({ default: { Agent } }) => {
      const lookup = guardedLookup(this.#parts.resolve ?? systemResolver, this.#parts.allowPrivateTargets);
      return new Agent({
        connect: { lookup, timeout: 0 },
        headersTimeout: 0,
        bodyTimeout: 0,
        keepAliveTimeout: 1000,
      });
    });
    return this.#agent;
  }

  #target(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
      throw new OutboundError('failed', 'The target is not an http or https URL.');
    }
    // A connection to an address asks no resolver, so that this one is looked at here.
    const address = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(address) !== 0 && !this.#parts.allowPrivateTargets && !isPublicAddress(address)) {
      throw new OutboundError('blocked', `${address} is not a public address: ${HOW_TO_ALLOW}.`);
    }
    return url;
  }

  async #exchange(url: URL, asked: OutboundRequest, abort: AbortController): Promise<OutboundResponse> {
    try {
      const dispatcher = await this.#dispatcher();
      const { statusCode, body } = await dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...asked.headers },
        body: asked.body,
        signal: abort.signal,
      });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of body) {
        const bytes = Buffer.from(chunk);
        size += bytes.length;
        if (size > asked.maxResponseBytes) {
          abort.abort();
          throw new OutboundError('too_large', `${url.host} answered with more than ${asked.maxResponseBytes} bytes.`);
        }
        chunks.push(bytes);
      }
      return { status: statusCode, body: Buffer.concat(chunks).toString('utf8') };
    } catch (error) {
      if (error instanceof OutboundError) throw error;
      throw new OutboundError('failed', `The request to ${url.host} failed.`, error);
    }
  }
}
