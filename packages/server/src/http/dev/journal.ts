import { redact, redactText } from '@sallyport/core';
import type { FastifyReply, FastifyRequest } from 'fastify';

const MAX_ENTRIES = 500;
const MAX_BODY_BYTES = 8 * 1024;

/** A request as a test may look at it. */
export interface JournalEntry {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** JSON where it is, else text; cut off after 8 KiB. */
  readonly body?: unknown;
  /** 0 when the connection ended without an answer. */
  readonly status: number;
  readonly durationMs: number;
}

interface Seen {
  readonly id: string;
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer | undefined;
  readonly status: number;
  readonly durationMs: number;
}

/** The last requests, oldest first. What is secret in them is masked when somebody looks. */
export class Journal {
  readonly #mask: (text: string) => string;
  #seen: Seen[] = [];

  /** @param mask - masks the credentials in what tools are called with, beside those in headers and fields. */
  constructor(mask: (text: string) => string) {
    this.#mask = mask;
  }

  note(request: FastifyRequest, reply: FastifyReply, at: number): void {
    const { id, method, originalUrl, raw, body } = request;
    if (this.#seen.length >= 2 * MAX_ENTRIES) this.#seen = this.#seen.slice(-MAX_ENTRIES);
    this.#seen.push({
      id,
      at,
      method,
      path: originalUrl,
      rawHeaders: raw.rawHeaders,
      // A copy, so that a cut-off body does not keep all of itself alive.
      body:
        Buffer.isBuffer(body) && body.length > MAX_BODY_BYTES
          ? Buffer.from(body.subarray(0, MAX_BODY_BYTES))
          : asBuffer(body),
      status: reply.raw.headersSent ? reply.statusCode : 0,
      durationMs: Math.round(reply.elapsedTime * 1000) / 1000,
    });
  }

  clear(): void {
    this.#seen = [];
  }

  entries(): readonly JournalEntry[] {
    return this.#seen.slice(-MAX_ENTRIES).map(({ body, rawHeaders, path, ...plain }) => ({
      ...plain,
      path: redactText(this.#mask(path)),
      headers: Object(redact(headersOf(rawHeaders))),
      ...(body !== undefined && body.length > 0 && { body: shown(body, this.#mask) }),
    }));
  }
}

/** By lower-case name; repeated ones joined by commas. */
function headersOf(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    const value = raw[at + 1] ?? '';
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}

function asBuffer(body: unknown): Buffer | undefined {
  return Buffer.isBuffer(body) ? body : undefined;
}

function shown(body: Buffer, mask: (text: string) => string): unknown {
  const text = body.toString('utf8');
  try {
    return redact(
      JSON.parse(text, (_key, value) => (typeof value === 'string' ? mask(value) : value)),
      32,
    );
  } catch {
    return redactText(mask(text));
  }
}
