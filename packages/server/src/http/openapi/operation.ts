import type { z } from 'zod';

/** One possible answer. */
export interface AnswerDoc {
  readonly description: string;
  /** The JSON body; absent when the body is none or no JSON. */
  readonly schema?: z.ZodType;
  /** @defaultValue `application/json` with a schema, nothing without */
  readonly contentType?: string;
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
  readonly body?: z.ZodType;
  readonly answers: Readonly<Record<number, AnswerDoc>>;
}

/** Operations by the name that their routes carry. */
export type OperationDocs = Readonly<Record<string, OperationDoc>>;

/** A route that serves an operation. */
export interface MountedOperation {
  /** Unique in the whole document: `rampart.decideTool`. */
  readonly id: string;
  readonly method: string;
  /** As Fastify has it: `/v1/tool/:toolName`. */
  readonly path: string;
  readonly doc: OperationDoc;
}
