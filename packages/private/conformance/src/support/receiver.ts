import { createServer } from 'node:http';

/** A request that a receiver got. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a receiver answers; `destroy` breaks the connection off. */
export type Reply =
  | { readonly status?: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  | 'destroy';

/** A server of somebody else's: takes what a gateway posts, and answers as a test wants it. */
export interface Receiver {
  readonly url: string;
  /** The next request that was not taken yet, as soon as there is one. */
  next(): Promise<Received>;
  /** Requests that nobody has taken. */
  readonly waiting: readonly Received[];
  forget(): void;
  /** Sets what is answered from now on. */
  answer(reply: Reply): void;
  close(): Promise<void>;
}

/** Starts one on loopback. */
export async function startReceiver(): Promise<Receiver> {
  let reply: Reply = {};
  const received: Received[] = [];
  const takers: ((request: Received) => void)[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const got: Received = {
      method: request.method ?? '',
      path: request.url ?? '',
      body: Object(JSON.parse(Buffer.concat(chunks).toString('utf8'))),
    };
    const taker = takers.shift();
    if (taker) taker(got);
    else received.push(got);
    if (reply === 'destroy') request.socket.destroy();
    else response.writeHead(reply.status ?? 200, reply.headers).end(reply.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the receiver has no address');
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    waiting: received,
    next() {
      const first = received.shift();
      return first ? Promise.resolve(first) : new Promise((resolve) => takers.push(resolve));
    },
    forget() {
      received.length = 0;
    },
    answer(next) {
      reply = next;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
