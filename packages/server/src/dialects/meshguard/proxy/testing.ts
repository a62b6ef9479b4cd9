import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import type { MeshGuardOptions } from '../options.js';
import { type MeshTest, meshTest } from '../testing.js';

/** What is closed after each test, the last first. */
export const open: { close(): unknown }[] = [];
/** Belongs after each test. */
export async function closeAll(): Promise<void> {
  for (const one of open.splice(0).reverse()) await one.close();
}

export async function upstream(listener: RequestListener): Promise<string> {
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
  return `http://127.0.0.1:${address.port}`;
}

const ALLOW_ALL = {
  name: 'all',
  version: '1',
  appliesTo: { tags: ['development'] },
  rules: [{ effect: 'allow', actions: ['*'] }],
  defaultEffect: 'deny',
};

export async function gateway(options: MeshGuardOptions): Promise<MeshTest & { readonly url: URL }> {
  const t = await meshTest({ meshguard: options });
  open.push(t);
  await t.admin('POST', '/admin/policies', ALLOW_ALL);
  return { ...t, url: new URL(await t.gateway.listen({ port: 0 })) };
}

interface Answer {
  readonly status: number;
  readonly message: IncomingMessage;
}

export function send(
  t: { url: URL; agentToken: string },
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
) {
  const request = httpRequest({
    host: t.url.hostname,
    port: t.url.port,
    path,
    method,
    headers: { authorization: `Bearer ${t.agentToken}`, ...headers },
  });
  open.push({ close: () => request.destroy() });
  const answer = new Promise<Answer>((resolve, reject) => {
    request.once('response', (message) => resolve({ status: message.statusCode ?? 0, message }));
    request.on('error', reject);
  });
  answer.catch(() => {});
  return { request, answer };
}

export async function text(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
