import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EventBus } from '../../engine/events.js';
import type { EngineEvent } from '../../engine/unit.js';
import type { Audited } from './events.js';
import type { Rampart } from './runtime.js';

/** Events that wait for a slow client; what comes after them is dropped for it. */
const BUFFERED_EVENTS = 32;

/** Every event stream that is open. */
export class EventStreams {
  readonly #open = new Set<Readable>();

  add(stream: Readable): void {
    this.#open.add(stream);
    stream.once('close', () => this.#open.delete(stream));
  }

  get size(): number {
    return this.#open.size;
  }

  /** Ends all streams as if nothing more were to come. */
  close(): void {
    for (const stream of this.#open) stream.push(null);
  }
}

/** `GET /v1/events/stream` */
export function eventStream(rampart: Rampart, streams: EventStreams) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    void reply
      .type('text/event-stream')
      .header('cache-control', 'no-cache')
      .header('x-accel-buffering', 'no')
      .send(request.method === 'HEAD' ? '' : openStream(rampart.engine.events, streams));
  };
}

/** Opens a stream of what happens from now on. */
export function openStream(events: EventBus, streams: EventStreams): Readable {
  const waiting: string[] = [line({ type: 'connected' })];
  let hungry = false;
  const stream = new Readable({
    // The buffer is counted in events, not in bytes.
    highWaterMark: 0,
    read() {
      const next = waiting.shift();
      if (next === undefined) hungry = true;
      else this.push(next);
    },
    destroy(error, done) {
      unsubscribe();
      done(error);
    },
  });
  const unsubscribe = events.subscribe((event) => {
    if (stream.readableEnded || (!hungry && waiting.length >= BUFFERED_EVENTS)) return;
    const text = event.dialect === 'rampart' ? lineOf(event) : undefined;
    if (text === undefined) return;
    if (hungry) {
      hungry = false;
      stream.push(text);
    } else waiting.push(text);
  });
  streams.add(stream);
  return stream;
}

const line = (message: object): string => `data: ${JSON.stringify(message)}\n\n`;

/** Lines that were written already: an event is written once, however many follow it. */
const lines = new WeakMap<EngineEvent, string>();

function lineOf(event: EngineEvent): string | undefined {
  const written = lines.get(event);
  if (written !== undefined) return written;
  const message = messageOf(event);
  if (message === undefined) return undefined;
  const text = line(message);
  lines.set(event, text);
  return text;
}

/** An engine event in the protocol's words; undefined for what the protocol does not tell. */
function messageOf({ type, data }: EngineEvent): object | undefined {
  if (type.startsWith('approval.')) return { type: 'approvals' };
  if (type === 'audit') return { type, event: publicEvent(data) };
  if (type === 'audit_batch' || type === 'rule.learned') return { type, ...Object(data) };
  return undefined;
}

/** An event as it is shown to watchers: without where it was recorded, and not yet in its chain. */
function publicEvent(data: unknown): object {
  const { event }: Pick<Audited, 'event'> = Object(data);
  const { host: _, ...shown } = event;
  return { ...shown, prev_hash: '', hash: '' };
}
