import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A small API behind a development gateway, for calls to reach. */
export interface DemoApi {
  readonly url: URL;
  reset(): void;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 64 * 1024;

interface Data {
  readonly contacts: readonly object[];
  readonly emails: object[];
  readonly records: Map<string, object>;
}

const fresh = (): Data => ({
  contacts: [
    { id: '1', name: 'Ada Lovelace', email: 'ada@example.com' },
    { id: '2', name: 'Grace Hopper', email: 'grace@example.com' },
  ],
  emails: [],
  records: new Map([['123', { status: 'open' }]]),
});

/** Starts it on a free port of loopback. */
export async function startDemoApi(): Promise<DemoApi> {
  let data = fresh();
  const server = createServer((request, response) => {
    answer(data, request).then(
      ([status, body]) => send(response, status, body),
      () => send(response, 400, { error: 'the body must be a JSON object' }),
    );
  });
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    reset() {
      data = fresh();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

async function answer(data: Data, request: IncomingMessage): Promise<readonly [number, unknown]> {
  const { pathname } = new URL(request.url ?? '/', 'http://demo');
  const record = /^\/api\/records\/([^/]+)$/.exec(pathname)?.[1];
  if (pathname === '/api/contacts' && request.method === 'GET') return [200, { contacts: data.contacts }];
  if (pathname === '/api/emails') {
    if (request.method === 'GET') return [200, { emails: data.emails }];
    if (request.method !== 'POST') return NOT_ALLOWED;
    const email = { id: String(data.emails.length + 1), ...(await jsonBody(request)), status: 'sent' };
    data.emails.push(email);
    return [201, email];
  }
  if (pathname === '/api/records')
    return [200, { records: [...data.records].map(([id, fields]) => ({ id, ...fields })) }];
  return record === undefined ? [404, { error: 'not found' }] : oneRecord(data, request, record);
}

const NOT_ALLOWED = [405, { error: 'method not allowed' }] as const;

async function oneRecord(data: Data, request: IncomingMessage, id: string): Promise<readonly [number, unknown]> {
  const known = data.records.get(id);
  switch (request.method) {
    case 'PUT':
    case 'PATCH': {
      const fields = { ...(request.method === 'PATCH' && known), ...(await jsonBody(request)) };
      data.records.set(id, fields);
      return [200, { id, ...fields }];
    }
    case 'GET':
      return known === undefined ? [404, { error: 'not found' }] : [200, { id, ...known }];
    case 'DELETE':
      return [data.records.delete(id) ? 200 : 404, { id }];
    default:
      return NOT_ALLOWED;
  }
}

async function jsonBody(request: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY_BYTES) throw new RangeError('The body is too large.');
    chunks.push(bytes);
  }
  const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('No object.');
  return value;
}
