import type { ZodType } from 'zod';
import { ResponseValidationError } from './errors/response.js';
import type { Decoder } from './operation.js';

/** Writes a path into JSON as people write it: `approvals[2].status`. */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

/**
 * A decoder that believes a body only when it fits a schema. Give it tolerant schemas for fields and strict ones for decisions.
 *
 * @param schema - what the body must be; its transforms make the result.
 * @example
 * ```ts
 * import { zodDecoder } from '@sallyport/core/internal';
 * import { z } from 'zod';
 *
 * const decodeHealth = zodDecoder(z.object({ status: z.string() }));
 * ```
 */
export function zodDecoder<T>(schema: ZodType<T>): Decoder<T> {
  return (body, { operation, status, requestId }) => {
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const path = pathText(issue?.path ?? []);
    const fault = issue?.message ?? 'not of the documented shape';
    throw new ResponseValidationError(
      `The ${status} answer to ${operation} cannot be trusted: ${path === '' ? 'the body' : path} is wrong (${fault}).`,
      { operation, status, requestId, path },
    );
  };
}
