import { createParser, type EventSourceMessage, type EventSourceParser } from 'eventsource-parser';
import { ResponseTooLargeError } from './errors/response.js';

/**
 * One event of a `text/event-stream`.
 *
 * @example
 * ```ts
 * import type { ServerSentEvent } from '@sallyport/core';
 *
 * const event: ServerSentEvent = { type: 'message', data: '{"type":"connected"}', id: undefined };
 * ```
 */
export interface ServerSentEvent {
  /** The `event` field; `message` when it was absent. */
  readonly type: string;
  /** The `data` lines, joined by line feeds. */
  readonly data: string;
  readonly id: string | undefined;
}

/** Reads events out of the bytes of a stream, however they are split. */
export class EventReader {
  /** Milliseconds the server wants a reader to wait before it connects again; undefined until it says so. */
  retryMs: number | undefined;
  readonly #parser: EventSourceParser;
  readonly #utf8 = new TextDecoder();
  readonly #maxEventBytes: number;
  #read: ServerSentEvent[] = [];
  #overflow = false;

  /** @param maxEventBytes - the largest event that is held, measured in UTF-16 units. */
  constructor(maxEventBytes: number) {
    this.#maxEventBytes = maxEventBytes;
    this.#parser = createParser({
      maxBufferSize: maxEventBytes,
      onEvent: (message) => this.#take(message),
      onRetry: (ms) => {
        this.retryMs = ms;
      },
      onError: ({ type }) => {
        // Unknown fields are ignored, as the HTML standard asks for.
        this.#overflow ||= type === 'max-buffer-size-exceeded';
      },
    });
  }

  /** The events that are complete with this chunk. @throws ResponseTooLargeError when one grows beyond the limit. */
  feed(chunk: Uint8Array): ServerSentEvent[] {
    this.#read = [];
    this.#parser.feed(this.#utf8.decode(chunk, { stream: true }));
    if (this.#overflow) {
      throw new ResponseTooLargeError(
        `An event of the stream is larger than ${this.#maxEventBytes} bytes. Raise maxEventBytes.`,
        { limitBytes: this.#maxEventBytes },
      );
    }
    return this.#read;
  }

  #take({ event = 'message', data, id }: EventSourceMessage): void {
    if (data.length > this.#maxEventBytes) this.#overflow = true;
    else this.#read.push({ type: event, data, id });
  }
}
