import { once } from 'node:events';
import { createServer } from 'node:net';
import { EXIT, Failure } from '../../exit.js';

/**
 * Tries the address before a store is opened: a gateway that cannot listen then leaves no file behind, nor an admin token
 * that nobody was told. What else may be wrong with an address is the gateway's to say.
 *
 * @throws Failure when the port is taken.
 */
export async function checkPortIsFree(host: string, port: number): Promise<void> {
  const server = createServer();
  try {
    await once(server.listen({ host, port }), 'listening');
  } catch (error) {
    if (Reflect.get(Object(error), 'code') !== 'EADDRINUSE') return;
    const why = `Cannot listen on ${host}:${port}: the port is taken; choose another, or 0 for any that is free.`;
    throw new Failure(why, EXIT.usage);
  }
  server.close();
  await once(server, 'close');
}
