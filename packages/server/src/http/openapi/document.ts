import { z } from 'zod';
import type { AnswerDoc, MountedOperation, OperationDoc } from './operation.js';

/** An OpenAPI 3.1 document, as plain JSON. */
export type OpenApiDocument = Readonly<Record<string, unknown>>;

/** Describes a gateway's routes. */
export function openApiDocument(version: string, operations: readonly MountedOperation[]): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const path = operation.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation) };
  }
  const tags = [...new Set(operations.map(({ doc }) => doc.tag))];
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Sallyport',
      version,
      description:
        'A reference gateway that agents ask before they act: policies, approvals and a verifiable audit log.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: tags.map((name) => ({ name })),
    paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  };
}

function describe({ id, path, doc }: MountedOperation): Record<string, unknown> {
  const { tag, summary, description, access, body, answers } = doc;
  const parameters = [...pathParameters(path), ...queryParameters(doc)];
  const words = [description, access === undefined ? undefined : `Needs ${access}.`].filter(
    (text) => text !== undefined,
  );
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(words.length > 0 && { description: words.join('\n\n') }),
    security: access === undefined ? [] : [{ bearer: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    }),
    responses: Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answerOf(answer)])),
  };
}

function pathParameters(path: string): readonly Record<string, unknown>[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters({ query }: OperationDoc): readonly Record<string, unknown>[] {
  if (query === undefined) return [];
  return Object.entries(query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !z.safeParse(schema, undefined).success,
    schema: schemaOf(schema, 'input'),
  }));
}

function answerOf({ description, schema, contentType = 'application/json' }: AnswerDoc): Record<string, unknown> {
  if (schema !== undefined) return { description, content: { [contentType]: { schema: schemaOf(schema, 'output') } } };
  if (contentType === 'application/json') return { description };
  return { description, content: { [contentType]: { schema: { type: 'string' } } } };
}

function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...plain } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return plain;
}
