import type { Socket } from 'node:net';
import { Agent } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ResponseTooLargeError } from '../errors/index.js';
import { failure } from '../test/caller.js';
import { bodyOf, startServer, type TestServer } from '../test/http-server.js';
import { FetchTransport } from './fetch.js';
import type { Transport, TransportRequest } from './port.js';
import { readWhole } from './read-whole.js';
import { UndiciTransport } from './undici.js';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const LIMIT = 1024 * 1024;

const agent = new Agent();
const TRANSPORTS: readonly (readonly [string, () => Transport])[] = [
  ['undici, on a dispatcher', () => new UndiciTransport(agent)],
  ['undici, on the global dispatcher', () => new UndiciTransport()],
  [
    'undici, on a composed dispatcher',
    () => new UndiciTransport(agent.compose((dispatch) => (o, h) => dispatch(o, h))),
  ],
  ['fetch', () => new FetchTransport()],
];

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.close();
  await agent.close();
});

describe.each(TRANSPORTS)('a transport: %s', (_name, make) => {
  const transport = make();
  const get = (path = '/', more: Partial<TransportRequest> = {}): TransportRequest => ({
    method: 'GET',
    url: server.url + path,
    headers: {},
    maxResponseBytes: LIMIT,
    ...more,
  });
  afterEach(() => {
    server.handler = (_request, response) => response.end();
  });

  it('sends method, path, headers and body as they are, and reads the answer whole', async () => {
    server.handler = async (request, response) => {
      const { method, url, headers } = request;
      response.writeHead(201, { 'X-Answer': 'yes' });
      response.end(JSON.stringify([method, url, headers['x-a'], headers['content-length'], await bodyOf(request)]));
    };
    const exchange = transport.send(get('/a%2Fb?q=%20', { method: 'POST', headers: { 'x-a': 'ä' }, body: '{"ü":1}' }));
    const { status, headers, body } = await exchange.result;
    expect([status, headers['x-answer'], exchange.sent]).toEqual([201, 'yes', true]);
    expect(JSON.parse(text(body))).toEqual(['POST', '/a%2Fb?q=%20', 'ä', '8', '{"ü":1}']);
  });

  it('sends bytes and streams of bytes', async () => {
    server.handler = async (request, response) => response.end(await bodyOf(request));
    async function* parts(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode('one ');
      yield new TextEncoder().encode('two');
    }
    for (const body of [new TextEncoder().encode('one two'), parts()]) {
      const answer = await transport.send(get('/', { method: 'PUT', body })).result;
      expect(text(answer.body)).toBe('one two');
    }
  });

  it('reads an answer without a body', async () => {
    server.handler = (_request, response) => response.writeHead(204).end();
    const { status, body } = await transport.send(get()).result;
    expect([status, body.length]).toEqual([204, 0]);
  });

  it('reads an answer that comes in many pieces', async () => {
    server.handler = (_request, response) => {
      for (let part = 0; part < 50; part++) response.write(`${part},`);
      response.end();
    };
    const { body } = await transport.send(get()).result;
    expect(text(body)).toBe(Array.from({ length: 50 }, (_, part) => `${part},`).join(''));
  });

  it('passes over informational answers', async () => {
    server.handler = (_request, response) => {
      response.writeEarlyHints({ link: '</x>; rel=preload' });
      response.writeHead(200, { 'x-final': '1' }).end('done');
    };
    const { status, headers, body } = await transport.send(get()).result;
    expect([status, headers['x-final'], 'link' in headers, text(body)]).toEqual([200, '1', false, 'done']);
    const stream = await transport.open(get()).result;
    expect([stream.status, text(await readWhole(stream.body, LIMIT))]).toEqual([200, 'done']);
  });

  it('keeps many headers, and every set-cookie apart', async () => {
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`x-h${n}`, `v${n}`]));
    server.handler = (_request, response) => {
      response.writeHead(200, { ...many, 'set-cookie': ['a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT', 'b=2'] }).end();
    };
    const { headers } = await transport.send(get()).result;
    expect(headers).toMatchObject(many);
    expect(headers['set-cookie']).toEqual(['a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT', 'b=2']);
  });

  it('does not follow a redirect', async () => {
    let hits = 0;
    server.handler = (_request, response) => {
      hits++;
      response.writeHead(302, { location: '/elsewhere' }).end();
    };
    const { status, headers } = await transport.send(get()).result;
    expect({ status, headers, hits }).toMatchObject({ status: 302, headers: { location: '/elsewhere' }, hits: 1 });
  });

  it('cuts off a body beyond the limit and drops the connection', async () => {
    const gone = new Promise<void>((resolve) => {
      server.handler = (_request, response) => {
        response.on('close', resolve);
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(1_000)));
          response.once('drain', more);
        };
        more();
      };
    });
    const error = await failure(transport.send(get('/', { maxResponseBytes: 10_000 })).result);
    expect(error).toBeInstanceOf(ResponseTooLargeError);
    expect(error).toMatchObject({ limitBytes: 10_000 });
    await gone;
  });

  it('fails without having sent anything where nobody listens', async () => {
    const empty = await startServer();
    await empty.close();
    for (const exchange of [
      transport.send({ ...get(), url: `${empty.url}/` }),
      transport.open({ ...get(), url: `${empty.url}/` }),
    ]) {
      expect(await failure(exchange.result)).toBeInstanceOf(Error);
      expect(exchange.sent).toBe(false);
    }
  });

  it('fails when the connection is reset before the answer', async () => {
    server.handler = (request) => request.socket.resetAndDestroy();
    const exchange = transport.send(get('/', { method: 'POST', body: '{}' }));
    expect(await failure(exchange.result)).toBeInstanceOf(Error);
    expect(exchange.sent).toBe(true);
  });

  it('fails when the connection is reset within the body', async () => {
    server.handler = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('x', () => response.socket?.resetAndDestroy());
    };
    expect(await failure(transport.send(get()).result)).toBeInstanceOf(Error);
    const { body } = await transport.open(get()).result;
    expect(await failure(readWhole(body, LIMIT))).toBeInstanceOf(Error);
  });

  it('can be aborted while the server is silent, and drops the connection', async () => {
    const asked = new Promise<Socket>((resolve) => {
      server.handler = (request) => resolve(request.socket);
    });
    const exchange = transport.send(get());
    const failed = failure(exchange.result);
    const closed = closing(await asked);
    exchange.abort(new Error('enough'));
    expect(await failed).toMatchObject({ message: 'enough' });
    await closed;
  });

  it('can be aborted within a body that stalls', async () => {
    const stalled = new Promise<Socket>((resolve) => {
      server.handler = (request, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('x', () => resolve(request.socket));
      };
    });
    const exchange = transport.send(get());
    const failed = failure(exchange.result);
    const closed = closing(await stalled);
    exchange.abort(new Error('enough'));
    expect(await failed).toBeInstanceOf(Error);
    await closed;
  });

  it('can be aborted at once', async () => {
    const exchange = transport.send(get());
    exchange.abort(new Error('enough'));
    expect(await failure(exchange.result)).toMatchObject({ message: 'enough' });
  });

  it('hands over an answer before its body is there', async () => {
    const { promise: hold, resolve: release } = deferred();
    server.handler = async (_request, response) => {
      response.writeHead(200, { 'x-a': '1' }).write('first');
      await hold;
      response.end('last');
    };
    const { status, headers, body } = await transport.open(get()).result;
    const chunks = body[Symbol.asyncIterator]();
    const first = await chunks.next();
    expect([status, headers['x-a'], first.done ? '' : text(first.value)]).toEqual([200, '1', 'first']);
    release();
    let rest = '';
    for (let step = await chunks.next(); !step.done; step = await chunks.next()) rest += text(step.value);
    expect(rest).toBe('last');
  });

  it('holds a fast server back while nobody reads, and loses nothing', async () => {
    const size = 8 * LIMIT;
    server.handler = (_request, response) => response.end(Buffer.alloc(size, 'a'));
    const { body } = await transport.open(get()).result;
    expect((await readWhole(body, size)).length).toBe(size);
  });

  it('drops the connection when a reader stops', async () => {
    const gone = new Promise<void>((resolve) => {
      server.handler = (_request, response) => {
        response.on('close', resolve);
        response.write('first');
      };
    });
    const { body } = await transport.open(get()).result;
    for await (const _chunk of body) break;
    await gone;
  });

  it('drops the connection when a stream is cancelled unread, more than once too', async () => {
    const gone = new Promise<void>((resolve) => {
      server.handler = (_request, response) => {
        response.on('close', resolve);
        response.write('first');
      };
    });
    const stream = await transport.open(get()).result;
    stream.cancel();
    stream.cancel();
    await gone;
  });

  it('fails a reader when the exchange is aborted', async () => {
    server.handler = (_request, response) => response.writeHead(200).flushHeaders();
    const exchange = transport.open(get());
    const { body } = await exchange.result;
    const failed = failure(readWhole(body, LIMIT));
    exchange.abort(new Error('enough'));
    expect(await failed).toBeInstanceOf(Error);
  });
});

function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('close', () => resolve());
    socket.on('error', () => {});
  });
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
