import type { FastifyReply } from 'fastify';

/** A finished JSON answer: what is sent, what is kept under an idempotency key, and nothing more. */
export interface Answer {
  readonly status: number;
  /** JSON text, ending in a newline. */
  readonly body: string;
}

/** An answer from a value, as one line of JSON. */
export function json(status: number, value: unknown): Answer {
  return { status, body: `${JSON.stringify(value)}\n` };
}

const asIs = (payload: unknown): string => String(payload);

/** Sends an answer as `application/json`, without the charset parameter that the framework would add to it. */
export function send(reply: FastifyReply, answer: Answer): void {
  reply.serializer(asIs).code(answer.status).type('application/json').send(answer.body);
}

/** Sends what a promise comes to. A callback, since it is cheaper than an async handler. */
export function answerWith(reply: FastifyReply, answer: Promise<Answer>): void {
  answer.then(
    (ready) => send(reply, ready),
    (error: unknown) => void reply.send(error),
  );
}
