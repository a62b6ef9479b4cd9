import { once } from 'node:events';
import { Agent, request, type ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { type Mesh, startMesh } from '../support/mesh.js';
import { settings } from '../support/settings.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

const READ = { action: 'read:x' };
const CHUNK = Buffer.alloc(64 * 1024, 'chunk of sixty-four kibibytes ');
const CHUNKS = 512;

const bytesIn = async (chunks: AsyncIterable<Uint8Array>): Promise<number> => {
  let size = 0;
  for await (const chunk of chunks) size += chunk.length;
  return size;
};

async function* manyChunks(): AsyncGenerator<Uint8Array> {
  for (let count = 0; count < CHUNKS; count += 1) yield CHUNK;
}

// The transports differ in how they stream; the stores do not.
describe.each(settings.filter(({ store }) => store.name === 'memory'))(
  'streams through the proxy ($name)',
  ({ clients }) => {
    let upstream: Upstream;
    let mesh: Mesh;
    beforeAll(async () => {
      upstream = await startUpstream();
      mesh = await startMesh({ meshguard: { proxyTarget: upstream.url }, clients: { maxRetries: 0, ...clients } });
    });
    afterEach(() => upstream.take(undefined));
    afterAll(async () => {
      await mesh.close();
      await upstream.close();
    });

    test('a body of 32 MB goes up as it comes, and is never repeated', async () => {
      let received = 0;
      upstream.take(async (request, response) => {
        received += await bytesIn(request);
        response.end('got it');
      });
      const response = await mesh.agent.post('/upload', { action: 'write:email', body: manyChunks() });
      expect([await response.text(), received]).toEqual(['got it', CHUNK.length * CHUNKS]);
    });

    test('a body of 32 MB comes down as it is read', async () => {
      upstream.take(async (_request, response) => {
        for await (const chunk of manyChunks()) if (!response.write(chunk)) await once(response, 'drain');
        response.end();
      });
      const { body } = await mesh.agent.get('/download', READ);
      if (body === null) throw new Error('there is no body');
      expect(await bytesIn(body)).toBe(CHUNK.length * CHUNKS);
    });

    test('events arrive one by one, as they are sent', async () => {
      let service: ServerResponse | undefined;
      upstream.take((_request, response) => {
        service = response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
        response.write('data: {"n":0}\n\n');
      });
      const response = await mesh.agent.get('/events', READ);
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      for (let n = 0; n < 3; n += 1) {
        expect(await reader?.read()).toEqual({ done: false, value: `data: {"n":${n}}\n\n` });
        service?.write(`data: {"n":${n + 1}}\n\n`);
      }
      service?.end();
      expect((await reader?.read())?.value).toBe('data: {"n":3}\n\n');
      expect(await reader?.read()).toMatchObject({ done: true });
    });

    test('a caller that goes away ends the request to the service', async () => {
      const gone = new Promise<void>((resolve) => {
        upstream.take((_request, response) => {
          response.once('close', () => resolve());
          response.writeHead(200).write('first');
        });
      });
      const response = await mesh.agent.get('/long', READ);
      await response.body?.cancel();
      await gone;
    });

    test('a service that breaks off in the middle of its answer is no end of it', async () => {
      upstream.take((_request, response) => {
        response.writeHead(200, { 'content-length': '1000' }).write('only this', () => response.destroy());
      });
      const response = await mesh.agent.get('/broken', READ);
      expect(await caught(response.text())).toBeInstanceOf(Error);
    });

    test('a refused upload does not reach the service', async () => {
      let reached = false;
      upstream.take(() => {
        reached = true;
      });
      const error = await caught(mesh.agent.put('/upload', { action: 'delete:x', body: manyChunks() }));
      expect(error).toMatchObject({ code: 'policy_denied' });
      expect(reached).toBe(false);
    });

    test('a service that answers before it has read everything does not keep the caller’s connection busy', async () => {
      upstream.take((_request, response) => response.writeHead(413).end());
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const headers = { authorization: `Bearer ${mesh.tokens.agent}`, 'x-meshguard-action': 'write:email' };
      const post = async (body: Buffer) => {
        const sent = request(`${mesh.url}/proxy/upload`, { agent, method: 'POST', headers });
        const [answer] = await once(sent.end(body), 'response');
        answer.resume();
        return answer.statusCode;
      };
      expect([await post(Buffer.alloc(32 * 1024 * 1024)), await post(Buffer.from('next'))]).toEqual([413, 413]);
      agent.destroy();
    });

    test('statuses without a body, and compressed bodies, come back as they are', async () => {
      upstream.take((_request, response) => response.writeHead(204).end());
      expect(await (await mesh.agent.get('/empty', READ)).text()).toBe('');
      upstream.take((_request, response) => response.writeHead(304, { etag: '"1"' }).end());
      expect((await mesh.agent.get('/cached', READ)).status).toBe(304);
    });
  },
);
