import type { Server } from 'node:http';
import type { Socket } from 'node:net';

const LOOK_EVERY_MS = 20;

/** The connections of a server, so that it can close without waiting for those that have nothing to say. */
export class Connections {
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
  }

  /**
   * Runs the closing of the server, and ends each connection as soon as nothing is under way on it.
   *
   * @param timeoutMs - after which everything else is cut off: a shutdown must come to an end.
   */
  async drain(close: () => Promise<void>, timeoutMs: number): Promise<void> {
    const end = setTimeout(() => this.#server.closeAllConnections(), timeoutMs);
    // Node lets go of what is idle once; what is answered afterwards is kept alive for its client.
    const look = setInterval(() => this.#letGo(), LOOK_EVERY_MS);
    this.#letGo();
    try {
      await close();
    } finally {
      clearTimeout(end);
      clearInterval(look);
    }
  }

  #letGo(): void {
    this.#server.closeIdleConnections();
    // Clients open connections ahead of need; Node waits for their first request.
    for (const socket of this.#open) if (socket.bytesRead === 0) socket.destroy();
  }
}
