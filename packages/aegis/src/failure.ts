import type { HttpError } from '@sallyport/core';
import { z } from 'zod';

/** What a gateway says about its failure, beside its status. */
export interface StructuredFailure {
  readonly errorCode: string | undefined;
  readonly causeField: string | undefined;
  readonly helpUrl: string | undefined;
  readonly retryable: boolean;
}

/** A failure, with the sentence and the request that its body names. */
export interface Failure extends StructuredFailure {
  readonly message?: string;
  readonly requestId?: string;
}

const text = z.string().min(1).optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);

/** The engine's structured error. */
const structured = z.object({
  error_code: text,
  message: text,
  cause: text,
  help_url: text,
  request_id: text,
  retryable: flag,
});

/** The same in an envelope of the protocol. */
const enveloped = z.object({
  error: z.object({ error_code: text, error_message: text, request_id: text, retryable: flag }),
});

function fieldsOf(body: unknown): z.infer<typeof structured> {
  const inner = enveloped.safeParse(body);
  if (inner.success) {
    const { error_message: message, ...rest } = inner.data.error;
    return { ...rest, message };
  }
  const outer = structured.safeParse(body);
  return outer.success ? outer.data : {};
}

/** Reads what a body says about a failure; a body that says nothing leaves the words to core. */
export function readFailure({ body, status }: HttpError): Failure {
  const {
    error_code: errorCode,
    message,
    cause: causeField,
    help_url: helpUrl,
    request_id,
    retryable,
  } = fieldsOf(body);
  const help = helpUrl === undefined ? '' : ` (see ${helpUrl})`;
  return {
    errorCode,
    causeField,
    helpUrl,
    retryable: retryable ?? (status === 429 || status >= 500),
    ...(errorCode !== undefined && message !== undefined && { message: `[${errorCode}] ${message}${help}` }),
    ...(request_id !== undefined && { requestId: request_id }),
  };
}
