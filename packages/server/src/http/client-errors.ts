import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { json, send } from './answer.js';

/** What is wrong with what cannot be read as a request, by Node's code; anything else is malformed. */
const FAILURES: Readonly<Record<string, readonly [status: string, text: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'request header fields too large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['413 Payload Too Large', 'chunk extensions too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'request timeout'],
};
const MALFORMED = ['400 Bad Request', 'malformed HTTP request'] as const;

/** Answers what no route ever sees, in the shape that every failure has, and closes the connection. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, text] = FAILURES[error.code ?? ''] ?? MALFORMED;
  const { body } = json(0, { error: text });
  const head = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`;
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n\r\n${body}`);
}

/** Node would refuse a request without a host by itself, and say nothing. RFC 9112, section 3.2. */
export function refuseWithoutHost({ raw }: FastifyRequest, reply: FastifyReply): boolean {
  if (raw.headers.host !== undefined || raw.httpVersion !== '1.1') return false;
  send(reply.header('connection', 'close'), json(400, { error: 'missing Host header' }));
  return true;
}
