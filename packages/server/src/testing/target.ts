import { createServer } from 'node:http';

/** A request that somebody's server has received. */
export interface Received {
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Somebody else's server, for webhooks and notifications. */
export interface Target {
  readonly url: string;
  readonly received: readonly Received[];
  /** Resolves when so many requests have come in all. */
  arrived(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts one on a free port of loopback that answers as told, by path. */
export async function startTarget(
  answer: (path: string) => {
    readonly status: number;
    readonly body: string;
    readonly headers?: Record<string, string>;
  },
): Promise<Target> {
  const received: Received[] = [];
  let wake: () => void = () => {};
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ url: request.url ?? '', body: Object(JSON.parse(Buffer.concat(chunks).toString('utf8'))) });
      const { status, body, headers = {} } = answer(request.url ?? '');
      response.writeHead(status, headers).end(body);
      wake();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    async arrived(count) {
      while (received.length < count) await new Promise<void>((resolve) => (wake = resolve));
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
