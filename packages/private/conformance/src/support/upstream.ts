import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A request that reached the service. */
export interface Reached {
  readonly method: string;
  readonly url: string;
  /** Names and values as they came, in turn. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Answers a request whose body was read. */
export type Serve = (request: Reached, response: ServerResponse) => void;

/** A service behind a gateway's proxy. */
export interface Upstream {
  readonly url: string;
  readonly port: number;
  readonly reached: Reached[];
  /** Sets what it answers from now on. */
  answer(serve: Serve): void;
  /** Sets what becomes of requests before their bodies are read; `undefined` reads them again. */
  take(raw: ((request: IncomingMessage, response: ServerResponse) => void) | undefined): void;
  close(): Promise<void>;
}

const echo: Serve = ({ method, url, body }, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ method, url, body: body.toString('utf8') }));
};

/** Starts one on loopback; it answers with what it was sent. */
export async function startUpstream(): Promise<Upstream> {
  let serve = echo;
  let raw: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  const reached: Reached[] = [];
  const server = createServer(async (request, response) => {
    if (raw !== undefined) return raw(request, response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { method = '', url = '', rawHeaders, headers } = request;
    const got = { method, url, rawHeaders, headers, body: Buffer.concat(chunks) };
    reached.push(got);
    serve(got, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the service has no address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    reached,
    answer(next) {
      serve = next;
    },
    take(next) {
      raw = next;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
