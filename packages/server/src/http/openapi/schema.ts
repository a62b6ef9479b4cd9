import { z } from 'zod';
import type { Words } from './operation.js';

type JsonSchema = Record<string, unknown>;

/** A schema as JSON Schema, each field with what it means. */
export function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output', words: Words = {}): JsonSchema {
  const { $schema: _, ...plain } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return described(plain, words);
}

function described(schema: JsonSchema, words: Words): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === 'properties' ? fields(value, words) : deeper(value, words),
    ]),
  );
}

function deeper(value: unknown, words: Words): unknown {
  if (Array.isArray(value)) return value.map((item) => deeper(item, words));
  return isSchema(value) ? described(value, words) : value;
}

function fields(properties: unknown, words: Words): JsonSchema {
  return Object.fromEntries(
    Object.entries(Object(properties)).map(([name, field]) => {
      const schema = isSchema(field) ? described(field, words) : {};
      const description = schema['description'] ?? (Object.hasOwn(words, name) ? words[name] : undefined);
      return [name, description === undefined ? schema : { ...schema, description }];
    }),
  );
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
