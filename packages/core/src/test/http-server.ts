import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  /** What answers from now on. */
  handler: Handler;
  close(): Promise<void>;
}

/** A server on a free loopback port. */
export async function startServer(): Promise<TestServer> {
  const server = createServer((request, response) => started.handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const started: TestServer = {
    url: `http://127.0.0.1:${address.port}`,
    handler: (_request, response) => response.end(),
    close,
    [Symbol.asyncDispose]: close,
  };
  return started;
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return body;
}
