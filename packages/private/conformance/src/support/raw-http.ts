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

/** One answer, read as it stands on the wire. */
export interface WireAnswer {
  readonly status: number;
  /** By lower-case name; of repeated ones the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Sends one request as bytes, and reads its one answer; the connection stays open meanwhile, as clients keep it. */
export function sendBytes(url: string, bytes: Uint8Array): Promise<WireAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(bytes));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`the connection ended after ${received.length} bytes`)));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const answer = readAnswer(received);
      if (answer === undefined) return;
      resolve(answer);
      socket.destroy();
    });
  });
}

/** The answer in these bytes; undefined while there is more of it to come. */
function readAnswer(bytes: Buffer): WireAnswer | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [line = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = new Map(
    lines.map((text): [string, string] => {
      const colon = text.indexOf(':');
      return [text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim()];
    }),
  );
  const rest = bytes.subarray(end + 4);
  const body = headers.get('transfer-encoding') === 'chunked' ? dechunk(rest) : sized(rest, headers);
  return body && { status: Number(line.split(' ')[1]), headers, body };
}

function sized(rest: Buffer, headers: ReadonlyMap<string, string>): Buffer | undefined {
  const length = Number(headers.get('content-length') ?? 0);
  return rest.length < length ? undefined : rest.subarray(0, length);
}

function dechunk(rest: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = rest.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(rest.subarray(at, line).toString('latin1'), 16);
    if (size === 0) return Buffer.concat(chunks);
    if (rest.length < line + 4 + size) return undefined;
    chunks.push(rest.subarray(line + 2, line + 2 + size));
    at = line + 4 + size;
  }
}
