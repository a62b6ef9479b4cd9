import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResponseTooLargeError } from './errors/index.js';
import { EventReader, type ServerSentEvent } from './events.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(chunks: readonly Uint8Array[], maxEventBytes = 10_000): ServerSentEvent[] {
  const reader = new EventReader(maxEventBytes);
  return chunks.flatMap((chunk) => reader.feed(chunk));
}

/** Cuts bytes at the given places, wherever they fall: within characters and line ends too. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const edges = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

const line = fc.string({ unit: 'binary' }).map((text) => text.replaceAll(/[\r\n\0]/g, '_'));
const token = fc.stringMatching(/^[a-z0-9-]{1,12}$/);
const event = fc.record({
  type: token,
  id: fc.option(token, { nil: undefined }),
  lines: fc.array(line, { minLength: 1, maxLength: 3 }),
});
const wellFormed = (text: string): string => new TextDecoder().decode(encode(text));

describe('events', () => {
  it('are the same however the bytes are split, with any line end', () => {
    const places = fc.array(fc.nat(), { maxLength: 30 });
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 5 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        places,
        (events, eol, cuts) => {
          const text = events
            .map(({ type, id, lines }) =>
              [
                `event: ${type}`,
                ...(id === undefined ? [] : [`id: ${id}`]),
                ...lines.map((data) => `data: ${data}`),
                '',
                '',
              ].join(eol),
            )
            .join('');
          // A stream cannot end in a lone CR: the line feed that may follow it decides what it was.
          const found = read([...cut(encode(text), cuts), encode(': end\n')]);
          expect(found).toEqual(
            events.map(({ type, id, lines }) => ({ type, id, data: lines.map(wellFormed).join('\n') })),
          );
        },
      ),
    );
  });

  it('are called message when they have no name', () => {
    expect(read([encode('data: 1\n\n')])).toEqual([{ type: 'message', data: '1', id: undefined }]);
  });

  it('come without what is a comment, unknown, or without data', () => {
    expect(read([encode(': hello\n\ncolour: red\nid: 1\n\nevent: x\ndata: y\n\n')])).toEqual([
      { type: 'x', data: 'y', id: undefined },
    ]);
  });

  it('are not handed out before their blank line', () => {
    expect(read([encode('data: 1\n')])).toEqual([]);
  });

  it('tell how long to wait before connecting again', () => {
    const reader = new EventReader(100);
    reader.feed(encode('retry: 2500\n\n'));
    expect(reader.retryMs).toBe(2_500);
    reader.feed(encode('retry: soon\n\n'));
    expect(reader.retryMs).toBe(2_500);
  });

  it.each([
    ['in one line that never ends', ['data: ', 'x'.repeat(60), 'x'.repeat(60)]],
    ['in many lines', [`data: ${'x'.repeat(60)}\n`, `data: ${'x'.repeat(60)}\n`]],
    ['all at once', [`data: ${'x'.repeat(120)}\n\n`]],
  ])('are refused when they are too large: %s', (_how, chunks) => {
    expect(() => read(chunks.map(encode), 100)).toThrow(ResponseTooLargeError);
  });
});
