import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { steerableClock } from '../engine/clock.js';
import { silentLog } from '../engine/log.js';
import { HttpOutbound, type OutboundParts } from './http-outbound.js';
import type { ForwardRequest } from './outbound.js';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function target(listener: RequestListener): Promise<URL> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return new URL(`http://127.0.0.1:${address.port}`);
}

function outbound(more: Partial<OutboundParts> = {}): HttpOutbound {
  const made = new HttpOutbound({ clock: steerableClock(0), log: silentLog(), allowPrivateTargets: true, ...more });
  open.push(made);
  return made;
}

const to = (origin: URL, more: Partial<ForwardRequest> = {}): ForwardRequest => ({
  origin,
  path: '/',
  method: 'GET',
  headers: [],
  timeoutMs: 1000,
  signal: new AbortController().signal,
  ...more,
});

async function text(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

describe('a request that is passed on', () => {
  test('goes out byte for byte, and its answer comes back as it is', async () => {
    const origin = await target((request, response) => {
      response.writeHead(418, ['X-Twice', 'a', 'X-Twice', 'b', 'Location', '/elsewhere']);
      response.end(`${request.method} ${request.url} ${request.headers['x-one']}`);
    });
    const answer = await outbound().forward(
      to(origin, { method: 'DELETE', path: '/a%2Fb/../c?q=%20x', headers: ['X-One', '1'] }),
    );
    expect(answer.status).toBe(418);
    expect(answer.headers).toMatchObject({ 'x-twice': ['a', 'b'], location: '/elsewhere' });
    expect(await text(answer.body)).toBe('DELETE /a%2Fb/../c?q=%20x 1');
  });

  test('streams its body', async () => {
    const origin = await target((request, response) => void request.pipe(response));
    const body = Readable.from([Buffer.from('one '), Buffer.from('two')]);
    expect(await text((await outbound().forward(to(origin, { method: 'POST', body }))).body)).toBe('one two');
  });

  test('has the head of its answer before the body has ended', async () => {
    const origin = await target((_request, response) => void response.write('first'));
    const { body } = await outbound().forward(to(origin));
    const [first] = await once(body, 'data');
    expect(String(first)).toBe('first');
    body.on('error', () => {}).destroy();
  });

  test('gives up on a target that does not begin to answer', async () => {
    const origin = await target(() => {});
    const clock = steerableClock(0);
    const waiting = outbound({ clock }).forward(to(origin));
    clock.advance(1000);
    await expect(waiting).rejects.toMatchObject({ reason: 'timeout' });
  });

  test('takes its time over a body', async () => {
    const clock = steerableClock(0);
    let finish = () => {};
    const origin = await target((_request, response) => {
      response.write('a');
      finish = () => response.end('b');
    });
    const { body } = await outbound({ clock }).forward(to(origin));
    clock.advance(60_000);
    finish();
    expect(await text(body)).toBe('ab');
  });

  test('ends with its signal, also while the body comes', async () => {
    const origin = await target((_request, response) => void response.write('first'));
    const leaving = new AbortController();
    const { body } = await outbound().forward(to(origin, { signal: leaving.signal }));
    leaving.abort();
    await expect(text(body)).rejects.toThrow();
  });

  test('reaches no private address unless that is allowed', async () => {
    const origin = await target((_request, response) => void response.end());
    const shut = outbound({ allowPrivateTargets: false });
    await expect(shut.forward(to(origin))).rejects.toMatchObject({ reason: 'blocked' });
    await expect(shut.forward(to(new URL('http://10.0.0.1')))).rejects.toMatchObject({ reason: 'blocked' });
  });

  test('reaches loopback, and nothing else, where it is told to', async () => {
    const origin = await target((_request, response) => void response.end('here'));
    const shut = outbound({ allowPrivateTargets: false });
    const { body } = await shut.forward(to(origin, { reach: 'loopback' }));
    expect(await text(body)).toBe('here');
    for (const other of ['http://10.0.0.1', 'http://93.184.216.34', 'https://127.0.0.1']) {
      const refused = shut.forward(to(new URL(other), { reach: 'loopback' }));
      await expect(refused, other).rejects.toMatchObject({ reason: 'blocked' });
    }
  });

  test('a name that leads to loopback is loopback; any other is not', async () => {
    const origin = await target((_request, response) => void response.end('here'));
    const leadingTo = (address: string) =>
      outbound({
        allowPrivateTargets: false,
        resolve: (_name, _options, callback) => callback(null, [{ address, family: 4 }]),
      });
    const named = new URL(`http://localhost:${origin.port}`);
    const { body } = await leadingTo('127.0.0.1').forward(to(named, { reach: 'loopback' }));
    expect(await text(body)).toBe('here');
    for (const address of ['10.0.0.1', '93.184.216.34']) {
      const refused = leadingTo(address).forward(to(named, { reach: 'loopback' }));
      await expect(refused, address).rejects.toMatchObject({ reason: 'blocked' });
    }
  });

  test('a name that resolves to a private address is not reached', async () => {
    const shut = outbound({
      allowPrivateTargets: false,
      resolve: (_name, _options, callback) => callback(null, [{ address: '192.168.1.1', family: 4 }]),
    });
    await expect(shut.forward(to(new URL('http://api.example.com')))).rejects.toMatchObject({ reason: 'blocked' });
  });
});
