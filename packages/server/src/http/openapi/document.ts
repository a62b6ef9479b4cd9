import { z } from 'zod';
import type { AnswerDoc, MountedOperation, OperationDoc, Words } from './operation.js';
import { schemaOf } from './schema.js';

/** An OpenAPI 3.1 document, as plain JSON. */
export type OpenApiDocument = Readonly<Record<string, unknown>>;

/** Every answer carries it. */
const REQUEST_ID = { 'x-request-id': 'Names the request in logs: the one that was sent, or one of our own' };

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
  const { tag, summary, description, access, answers } = doc;
  const parameters = [...pathParameters(path, doc), ...queryParameters(doc), ...headerParameters(doc)];
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
    ...requestBody(doc),
    responses: Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answerOf(answer, doc)])),
  };
}

function pathParameters(path: string, { words = {} }: OperationDoc): readonly Record<string, unknown>[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    ...(Object.hasOwn(words, name) && { description: words[name] }),
    schema: { type: 'string' },
  }));
}

function queryParameters({ query, words = {} }: OperationDoc): readonly Record<string, unknown>[] {
  if (query === undefined) return [];
  return Object.entries(query.shape).map(([name, field]) => {
    const { description = words[name], ...schema } = schemaOf(field, 'input', words);
    const required = !z.safeParse(field, undefined).success;
    return { name, in: 'query', required, ...(description !== undefined && { description }), schema };
  });
}

function headerParameters({ headers = {} }: OperationDoc): readonly Record<string, unknown>[] {
  return Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }));
}

function requestBody({ body, example, words }: OperationDoc): Record<string, unknown> {
  if (body === undefined) return {};
  const content = { schema: schemaOf(body, 'input', words), ...(example !== undefined && { example }) };
  return { requestBody: { required: true, content: { 'application/json': content } } };
}

function answerOf(answer: AnswerDoc, { answerHeaders, words }: OperationDoc): Record<string, unknown> {
  const { description, schema, contentType = 'application/json', headers } = answer;
  const common = { description, headers: headersOf({ ...REQUEST_ID, ...answerHeaders, ...headers }) };
  if (schema !== undefined)
    return { ...common, content: { [contentType]: { schema: schemaOf(schema, 'output', words) } } };
  if (contentType === 'application/json') return common;
  return { ...common, content: { [contentType]: { schema: { type: 'string' } } } };
}

function headersOf(words: Words): Record<string, unknown> {
  const entries = Object.entries(words).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ]);
  return Object.fromEntries(entries);
}
