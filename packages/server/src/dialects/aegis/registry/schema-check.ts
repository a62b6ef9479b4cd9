import type { Ajv2020 } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';

/** Says what is wrong with parameters; undefined when nothing is. */
export type SchemaCheck = (parameters: unknown) => string | undefined;

/** A parameter schema that cannot be used. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

let loaded: Promise<Ajv2020> | undefined;

/**
 * Compiles a JSON Schema (2020-12). Patterns are RE2's, so that none of them backtracks; formats are not checked.
 *
 * @throws SchemaError
 */
export async function compileSchema(schema: Readonly<Record<string, unknown>>): Promise<SchemaCheck> {
  loaded ??= loadAjv();
  const ajv = await loaded;
  // An asynchronous validator would answer with a promise, which is as good as true.
  const { $schema: _, $id: __, $async: ___, ...plain } = schema;
  try {
    const validate = ajv.compile(plain);
    return (parameters) => {
      if (validate(parameters) === true) return undefined;
      const [error] = validate.errors ?? [];
      return `${error?.instancePath === '' ? 'parameters' : (error?.instancePath ?? 'parameters')} ${error?.message ?? 'do not match'}`;
    };
  } catch (error) {
    throw new SchemaError(error instanceof Error ? error.message : 'not a JSON Schema');
  } finally {
    ajv.removeSchema(plain);
  }
}

/**
 * Only a gateway that has a schema to check waits for it. It is CommonJS, of which a bundler that splits its output leaves the
 * default export alone.
 */
async function loadAjv(): Promise<Ajv2020> {
  const {
    default: { Ajv2020 },
  } = await import('ajv/dist/2020.js');
  const regExp = Object.assign(
    (pattern: string) => {
      const compiled = RE2JS.compile(pattern);
      // The library tells patterns apart by how they print.
      return { test: (text: string) => compiled.matcher(text).find(), toString: () => `RE2 ${pattern}` };
    },
    // Only standalone code of that library would use it, which is never written.
    { code: 'RE2' },
  );
  return new Ajv2020({ strict: false, validateFormats: false, code: { regExp }, addUsedSchema: false });
}
