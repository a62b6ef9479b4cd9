import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { silentLog } from '../engine/log.js';
import { createGateway, type Gateway } from '../gateway.js';

const LONG = 600_000;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

interface Connected {
  readonly gateway: Gateway;
  readonly socket: Socket;
  /** All that was received. */
  readonly answer: () => string;
  readonly closed: Promise<unknown>;
}

const moveClock = ({ credentials }: Gateway): string =>
  `POST /__sallyport/clock HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${credentials['rampart']?.['adminToken']}\r\n` +
  'content-length: 15\r\n\r\n';

async function connected(closeTimeoutMs: number): Promise<Connected> {
  const gateway = await createGateway({ dev: true, log: silentLog(), closeTimeoutMs });
  const { port } = new URL(await gateway.listen({ port: 0 }));
  const socket = connect(Number(port), '127.0.0.1');
  sockets.push(socket);
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return { gateway, socket, answer: () => answer, closed: once(socket, 'close') };
}

test('a connection on which nothing was sent does not hold a shutdown up', async () => {
  const { gateway, closed } = await connected(LONG);
  await gateway.close();
  await closed;
});

test('a request under way is answered, and its connection does not hold the shutdown up after that', async () => {
  const { gateway, socket, answer, closed } = await connected(LONG);
  const begun = once(gateway.app.server, 'request');
  socket.write(moveClock(gateway));
  await begun;
  const closing = gateway.close();
  socket.write('{"advanceMs":1}');
  await Promise.all([closing, closed]);
  expect(answer()).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*{"now":\d+}$/);
});

test('a request that never ends is cut off after closeTimeoutMs', async () => {
  const { gateway, socket, answer, closed } = await connected(50);
  const begun = once(gateway.app.server, 'request');
  socket.write(moveClock(gateway));
  await begun;
  await Promise.all([gateway.close(), closed]);
  expect(answer()).toBe('');
});
