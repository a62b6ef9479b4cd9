import { type HttpError, httpErrorClass, type ProblemDetails } from './errors/http.js';
import { ResponseParseError } from './errors/response.js';
import { headerValue } from './headers.js';
import type { DecodeContext } from './operation.js';
import { askedWaitMs } from './rate-limit.js';
import type { Secrets } from './secrets.js';
import type { TransportHeaders } from './transport/port.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const lenientUtf8 = new TextDecoder();

const LONGEST_MESSAGE = 500;

/** Reads a successful body. An empty one is `undefined`: operations that answer nothing decode that. */
export function readBody(body: Uint8Array, reads: 'json' | 'text', context: DecodeContext, secrets: Secrets): unknown {
  if (body.length === 0) return reads === 'text' ? '' : undefined;
  try {
    const text = utf8.decode(body);
    return reads === 'text' ? secrets.text(text) : secrets.json(text);
  } catch (cause) {
    const { operation, status, requestId } = context;
    const type = headerValue(context.headers, 'content-type') ?? 'no content type';
    throw new ResponseParseError(
      `The ${status} answer to ${operation} is not ${reads === 'text' ? 'UTF-8 text' : 'JSON'} (${type}, ${body.length} bytes). Does the base URL point at the gateway?`,
      { operation, status, requestId, cause },
    );
  }
}

/** Reads the body of an error as well as it goes: JSON, else text. */
export function readErrorBody(body: Uint8Array, secrets: Secrets): unknown {
  const text = lenientUtf8.decode(body);
  try {
    return secrets.json(text);
  } catch {
    return secrets.text(text);
  }
}

/** An object of an error body, with the members that are looked for. */
interface ErrorBody extends Readonly<Record<string, unknown>> {
  readonly error?: unknown;
  readonly message?: unknown;
  readonly msg?: unknown;
}

const isRecord = (value: unknown): value is ErrorBody =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, LONGEST_MESSAGE) : undefined;

/** The problem details of an RFC 9457 answer; undefined when it is none. */
function problemOf(body: unknown, headers: TransportHeaders): ProblemDetails | undefined {
  if (!isRecord(body) || !headerValue(headers, 'content-type')?.startsWith('application/problem+json'))
    return undefined;
  const { type, title, status, detail, instance, ...extensions } = body;
  return {
    ...extensions,
    type: textOf(type) ?? 'about:blank',
    ...(typeof title === 'string' && { title }),
    ...(typeof status === 'number' && { status }),
    ...(typeof detail === 'string' && { detail }),
    ...(typeof instance === 'string' && { instance }),
  };
}

/** The sentence in an error body: problem details, `{error}`, `{message}`, `{detail}` (a text or a list of faults). */
function messageOf(body: unknown): string | undefined {
  if (!isRecord(body)) return textOf(body);
  const { error, message, detail, title } = body;
  if (isRecord(error)) return messageOf(error);
  const [fault]: readonly unknown[] = Array.isArray(detail) ? detail : [];
  const faultText = isRecord(fault) ? textOf(fault.msg) : textOf(fault);
  return textOf(detail) ?? faultText ?? textOf(message) ?? textOf(error) ?? textOf(title);
}

const NEXT_STEPS: ReadonlyMap<number, string> = new Map([
  [401, 'Check the token.'],
  [403, 'Check what the token is allowed to do.'],
  [404, 'Check the id, and that the base URL points at the gateway.'],
  [429, 'Slow down, or raise maxRetries.'],
]);

/**
 * The general error for an answer's status, worded by its body.
 *
 * @param body - the parsed body, or its text.
 * @param nowMs - milliseconds since the epoch, to read a `Retry-After` date against.
 * @param cause - why the body could not be read whole.
 */
export function httpError(
  body: unknown,
  context: DecodeContext,
  nowMs: number = Date.now(),
  cause?: unknown,
): HttpError {
  const { operation, status, headers, requestId } = context;
  const said = messageOf(body);
  const next = NEXT_STEPS.get(status);
  const message = `${operation} was answered with status ${status}${cause === undefined ? '' : ', and its body broke off'}${said ? `: ${said}` : '.'}${next ? ` [${next}]` : ''}`;
  const HttpErrorClass = httpErrorClass(status);
  return new HttpErrorClass(message, {
    cause,
    operation,
    requestId,
    status,
    headers,
    body,
    problem: problemOf(body, headers),
    retryAfterMs: askedWaitMs(context, nowMs),
  });
}
