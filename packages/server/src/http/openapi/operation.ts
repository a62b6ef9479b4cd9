import type { z } from 'zod';

/** What a header or a field holds, by its name. */
export type Words = Readonly<Record<string, string>>;

/** One possible answer. */
export interface AnswerDoc {
  readonly description: string;
  /** The JSON body; absent when the body is none or no JSON. */
  readonly schema?: z.ZodType;
  /** @defaultValue `application/json` with a schema, nothing without */
  readonly contentType?: string;
  /** Headers that this answer carries, in lower case. */
  readonly headers?: Words;
}

/** What an operation takes and answers. */
export interface OperationDoc {
  /** The heading that it is listed under. */
  readonly tag: string;
  /** One line. */
  readonly summary: string;
  readonly description?: string;
  /** Who may call it, in words; absent when anybody may. */
  readonly access?: string;
  readonly query?: z.ZodObject;
  /** Request headers that make a difference. */
  readonly headers?: Words;
  readonly body?: z.ZodType;
  /** A body that would be right. */
  readonly example?: unknown;
  /** Headers that every answer carries. */
  readonly answerHeaders?: Words;
  readonly answers: Readonly<Record<number, AnswerDoc>>;
  /** What parameters and fields mean that do not say so themselves, by name: one name has one meaning in a protocol. */
  readonly words?: Words;
}

/** Operations by the name that their routes carry. */
export type OperationDocs = Readonly<Record<string, OperationDoc>>;

/** Adds to every operation what holds for all of them. */
export function withCommon(docs: OperationDocs, common: Pick<OperationDoc, 'words' | 'answerHeaders'>): OperationDocs {
  return Object.fromEntries(Object.entries(docs).map(([name, doc]) => [name, { ...common, ...doc }]));
}

/** A route that serves an operation. */
export interface MountedOperation {
  /** Unique in the whole document: `rampart.decideTool`. */
  readonly id: string;
  readonly method: string;
  /** As Fastify has it: `/v1/tool/:toolName`. */
  readonly path: string;
  readonly doc: OperationDoc;
}
