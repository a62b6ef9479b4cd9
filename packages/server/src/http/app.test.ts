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

test('whoever takes longer is let go soon after, and not at the next half minute', async () => {
  app = createApp((url) => url, silentLog(), 50);
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  const socket = connect(Number(port), '127.0.0.1');
  socket.setEncoding('utf8').write('GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ');
  const [answer] = await once(socket, 'data');
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  socket.destroy();
});
