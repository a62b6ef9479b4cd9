import { connect } from 'node:net';

/** Bytes of one request, and what was answered. */
export interface RawAnswer {
  /** One for each answer that came back; empty when the connection was closed without one. */
  readonly statuses: readonly number[];
  readonly text: string;
}

/** Sends bytes as they are, says that no more will come, and reads until the server closes. */
export function exchange(url: string, bytes: Uint8Array): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: false });
    socket.on('data', (chunk) => chunks.push(chunk));
    // A server may break a connection off that it has nothing more to say on; what it said before counts.
    socket.on('error', () => {});
    socket.once('close', () => {
      const text = Buffer.concat(chunks).toString('latin1');
      const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
      resolve({ statuses, text });
    });
    socket.end(bytes);
  });
}
