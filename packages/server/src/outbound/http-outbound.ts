import { isIP } from 'node:net';
import type { Dispatcher } from 'undici';
import type { Clock, Log } from '../engine/engine.js';
import { isLoopbackAddress, isPublicAddress } from './addresses.js';
import { HOW_TO_ALLOW, OutboundError } from './errors.js';
import { guardedLookup, type Reach, type Resolver, systemResolver } from './lookup.js';
import type { ForwardRequest, ForwardResponse, Outbound, OutboundRequest, OutboundResponse } from './outbound.js';

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
  readonly #agents = new Map<Reach, Promise<Dispatcher>>();
  readonly #blocked = new Set<string>();
  readonly #underWay = new Map<string, Set<Promise<void>>>();

  constructor(parts: OutboundParts) {
    this.#parts = parts;
  }

  async post(asked: OutboundRequest): Promise<OutboundResponse> {
    const url = this.#target(asked.url);
    const abort = new AbortController();
    return this.#within(asked.timeoutMs, url, abort, this.#exchange(url, asked, abort));
  }

  async forward(asked: ForwardRequest): Promise<ForwardResponse> {
    const { reach = 'public', signal } = asked;
    const url = reach === 'loopback' ? loopbackTarget(asked.origin) : this.#target(asked.origin.href);
    const abort = new AbortController();
    const leave = () => abort.abort();
    signal.addEventListener('abort', leave, { once: true });
    try {
      const answer = await this.#within(asked.timeoutMs, url, abort, this.#pass(url, asked, abort));
      // It may break off before anybody reads it, which is nobody's fault then.
      answer.body.on('error', () => {});
      answer.body.once('close', () => signal.removeEventListener('abort', leave));
      if (signal.aborted) leave();
      return answer;
    } catch (error) {
      signal.removeEventListener('abort', leave);
      throw error;
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
    for (const agent of this.#agents.values()) await (await agent).destroy();
  }

  /**
   * Loaded with the first request: it takes longer to load than everything else, and many gateways never need it. It is
   * CommonJS, of which a bundler that splits its output leaves the default export alone.
   */
  #dispatcher(reach: Reach): Promise<Dispatcher> {
    const { resolve = systemResolver, allowPrivateTargets } = this.#parts;
    const known = this.#agents.get(reach);
    const agent =
      known ??
      import('undici').then(({ default: { Agent } }) => {
        const lookup = guardedLookup(resolve, reach, allowPrivateTargets);
        return new Agent({
          connect: { lookup, timeout: 0 },
          headersTimeout: 0,
          bodyTimeout: 0,
          keepAliveTimeout: 1000,
        });
      });
    this.#agents.set(reach, agent);
    return agent;
  }

  #target(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
      throw new OutboundError('failed', 'The target is not an http or https URL.');
    }
    // A connection to an address asks no resolver, so that this one is looked at here.
    const address = bareHost(url);
    if (isIP(address) !== 0 && !this.#parts.allowPrivateTargets && !isPublicAddress(address)) {
      throw new OutboundError('blocked', `${address} is not a public address: ${HOW_TO_ALLOW}.`);
    }
    return url;
  }

  /** Gives up on an exchange after some time. */
  async #within<T>(ms: number, url: URL, abort: AbortController, exchange: Promise<T>): Promise<T> {
    let timer: { cancel(): void } | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = this.#parts.clock.after(ms, () => {
        reject(new OutboundError('timeout', `${url.host} did not answer within ${ms} ms.`));
        abort.abort();
      });
    });
    // undici does not end a connection attempt that is aborted: the caller must not wait for it.
    exchange.catch(() => {});
    try {
      return await Promise.race([exchange, timeout]);
    } finally {
      timer?.cancel();
    }
  }

  async #pass(url: URL, asked: ForwardRequest, abort: AbortController): Promise<ForwardResponse> {
    const { path, method, headers, body } = asked;
    try {
      const dispatcher = await this.#dispatcher(asked.reach ?? 'public');
      const answer = await dispatcher.request({
        origin: url.origin,
        path,
        method,
        headers: [...headers],
        ...(body !== undefined && { body }),
        signal: abort.signal,
      });
      return { status: answer.statusCode, headers: answer.headers, body: answer.body };
    } catch (error) {
      throw failureOf(url, error);
    }
  }

  async #exchange(url: URL, asked: OutboundRequest, abort: AbortController): Promise<OutboundResponse> {
    try {
      const dispatcher = await this.#dispatcher('public');
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
      throw failureOf(url, error);
    }
  }
}

function failureOf(url: URL, error: unknown): OutboundError {
  return error instanceof OutboundError
    ? error
    : new OutboundError('failed', `The request to ${url.host} failed.`, error);
}

/** A connection to an address asks no resolver; names are looked at when they are resolved. */
function loopbackTarget(url: URL): URL {
  const host = bareHost(url);
  if (url.protocol === 'http:' && (isIP(host) === 0 || isLoopbackAddress(host))) return url;
  throw new OutboundError('blocked', `${url.host} is not a loopback address.`);
}

const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');
