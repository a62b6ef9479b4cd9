import { Agent, buildConnector } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failure } from '../test/caller.js';
import { startServer, type TestServer } from '../test/http-server.js';
import { readWhole } from './read-whole.js';
import { type DispatcherLike, UndiciTransport } from './undici.js';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const LIMIT = 1024 * 1024;

const agent = new Agent();
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.close();
  await agent.close();
});

describe('the undici transport', () => {
  it('can be aborted while it connects: its promise does not wait for the connection', async () => {
    const stuck = new Agent({ connect: () => {} });
    const exchange = new UndiciTransport(stuck).send({
      method: 'GET',
      url: 'http://nowhere.test/',
      headers: {},
      maxResponseBytes: LIMIT,
    });
    const failed = failure(exchange.result);
    exchange.abort(new Error('enough'));
    expect(await failed).toMatchObject({ message: 'enough' });
    expect(exchange.sent).toBe(false);
    await stuck.destroy();
  });

  it('never sends what was aborted while it connected', async () => {
    const asked: (string | undefined)[] = [];
    server.handler = (request, response) => {
      asked.push(request.url);
      response.end();
    };
    let connectNow = (): void => {};
    const connector = buildConnector({});
    const slow = new Agent({
      connect: (options, callback) => {
        connectNow = () => connector(options, callback);
      },
    });
    const transport = new UndiciTransport(slow);
    const get = (path: string) =>
      transport.send({ method: 'GET', url: server.url + path, headers: {}, maxResponseBytes: LIMIT });
    const first = get('/aborted');
    const failed = failure(first.result);
    first.abort(new Error('enough'));
    await failed;
    connectNow();
    const second = get('/wanted');
    connectNow();
    expect((await second.result).status).toBe(200);
    expect(asked).toEqual(['/wanted']);
    await slow.close();
  });

  it('speaks to dispatchers of undici 6, such as the one that Node 20 makes global with its fetch', async () => {
    server.handler = (_request, response) => {
      response.writeHead(200, { 'set-cookie': ['a=1', 'b=2', 'c=3'], 'x-a': '1' }).end('old');
    };
    // What an older dispatcher sees: the methods of the former handler interface, and no others.
    const former = ['onConnect', 'onHeaders', 'onData', 'onComplete', 'onError'];
    const old: DispatcherLike = {
      dispatch: (asked, handler) =>
        agent.dispatch(
          asked,
          Object.fromEntries(former.map((name) => [name, Reflect.get(handler, name).bind(handler)])),
        ),
    };
    const request = { method: 'GET', url: `${server.url}/`, headers: {}, maxResponseBytes: LIMIT };
    const answer = await new UndiciTransport(old).send(request).result;
    expect([text(answer.body), answer.headers]).toMatchObject([
      'old',
      { 'set-cookie': ['a=1', 'b=2', 'c=3'], 'x-a': '1' },
    ]);
    server.handler = (_request, response) => response.end(Buffer.alloc(LIMIT, 'a'));
    const { body } = await new UndiciTransport(old).open(request).result;
    expect((await readWhole(body, LIMIT)).length).toBe(LIMIT);
  });
});
