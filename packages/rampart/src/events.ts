import { type EventStream, type EventStreamOptions, ResponseParseError, type ServerSentEvent } from '@sallyport/core';
import { type Caller, openEvents, zodDecoder } from '@sallyport/core/internal';
import { streamEvents } from './operations/audit.js';
import type { RampartEvent } from './types/index.js';
import { knownEvent, otherEvent } from './wire/audit.js';

const CONTEXT = { operation: streamEvents.name, status: 200, headers: {}, requestId: undefined };

const decodeOther = zodDecoder(otherEvent);

/** An event that is not what its type promises is handed on as it is: one oddity must not end the stream. */
function decode({ data }: ServerSentEvent): RampartEvent {
  let body: unknown;
  try {
    body = JSON.parse(data);
  } catch {
    // Without the cause, which quotes the event: that may repeat a credential.
    throw new ResponseParseError('An event of the stream is not JSON.', { operation: streamEvents.name });
  }
  const parsed = knownEvent.safeParse(body);
  return parsed.success ? parsed.data : decodeOther(body, CONTEXT);
}

/** The gateway's events. They carry no ids: what happens while the connection is lost is missed, so `connected` comes again. */
export function rampartEvents(caller: Caller, options?: EventStreamOptions): EventStream<RampartEvent> {
  return openEvents(caller, streamEvents, undefined, { reconnect: 'restart', decode }, options);
}
