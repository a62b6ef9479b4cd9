import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { silentLog } from '../engine/log.js';
import { createApp } from './app.js';

let app: ReturnType<typeof createApp>;
afterEach(() => app.close());

test('§1 a client has five seconds for the head of a request', () => {
  app = createApp((url) => url, silentLog());
  expect(app.server.headersTimeout).toBe(5000);
});

/** Sends bytes, and reads until the other side closes. */
async function sent(bytes: string, headersTimeout?: number): Promise<string> {
  app = createApp((url) => url, silentLog(), headersTimeout);
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8');
  let answer = '';
  socket.on('data', (text: string) => {
    answer += text;
  });
  socket.write(bytes);
  await once(socket, 'close');
  return answer;
}

test('whoever takes longer is let go soon after, and not at the next half minute', async () => {
  expect(await sent('GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ', 50)).toMatch(/^HTTP\/1\.1 408 /);
});

test.each([
  ['no HTTP', 'hello\r\n\r\n', 400, 'malformed HTTP request'],
  [
    'two lengths',
    'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
    400,
    'malformed HTTP request',
  ],
  ['no host', 'GET / HTTP/1.1\r\n\r\n', 400, 'missing Host header'],
  [
    '65 KiB of headers',
    `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(65 * 1024)}\r\n\r\n`,
    431,
    'request header fields too large',
  ],
  ['half a request', 'GET / HTTP/1.1\r\nhost: a\r\n', 408, 'request timeout'],
])(
  '§1 %s is answered in the shape of every failure, and the connection closed',
  async (_what, bytes, status, error) => {
    const [head = '', body = ''] = (await sent(bytes, 50)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head.toLowerCase()).toContain('\r\ncontent-type: application/json');
    expect(head.toLowerCase()).toContain('\r\nconnection: close');
    expect(JSON.parse(body)).toEqual({ error });
  },
);
