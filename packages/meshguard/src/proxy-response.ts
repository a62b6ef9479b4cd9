import type { CallMeta, OpenResponse } from '@sallyport/core';
import { policyOf, traceIdOf } from './operations/head.js';

/** Statuses whose answers have no body. */
const BODILESS = new Set([101, 204, 205, 304]);

function bodyOf(opened: OpenResponse): ReadableStream<Uint8Array> {
  const chunks = opened[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const step = await chunks.next();
        if (step.done) controller.close();
        else controller.enqueue(step.value);
      },
      // The iterator may not have been started, and would then let go of nothing.
      cancel: () => opened.cancel(),
    },
    { highWaterMark: 0 },
  );
}

function headersOf({ headers }: CallMeta): Headers {
  const copy = new Headers();
  for (const [name, value = []] of Object.entries(headers)) {
    for (const each of typeof value === 'string' ? [value] : value) copy.append(name, each);
  }
  return copy;
}

/**
 * The answer of the service behind the gateway, whatever its status, unread: a standard `Response`. Read it to its end, or
 * `await response.body?.cancel()`.
 *
 * @example
 * ```ts
 * import { MeshGuardClient, type ProxyResponse } from '@sallyport/meshguard';
 *
 * const response: ProxyResponse = await new MeshGuardClient().get('/api/contacts', { action: 'read:contacts' });
 * const contacts = response.ok ? await response.json() : [];
 * ```
 */
export class ProxyResponse extends Response {
  /** How the call went: attempts, duration, headers. */
  readonly meta: CallMeta;
  /** The policy that let it through, where the gateway says. */
  readonly policy: string | undefined;
  /** Finds the call in the gateway's audit log. */
  readonly traceId: string;

  /** @internal Made by the client. */
  constructor(opened: OpenResponse, isHead: boolean, traceId: string) {
    const { meta } = opened;
    const isBodiless = isHead || BODILESS.has(meta.status) || meta.headers['content-length'] === '0';
    if (isBodiless) opened.cancel();
    super(isBodiless ? null : bodyOf(opened), { status: meta.status, headers: headersOf(meta) });
    this.meta = meta;
    this.policy = policyOf(meta);
    this.traceId = traceIdOf(meta) ?? traceId;
  }
}
