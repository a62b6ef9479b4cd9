/** The value of a JSON line, or undefined where it is not JSON. */
export function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The object of a JSON line, or undefined where it is no object. */
export function parseObject(line: string): Record<string, unknown> | undefined {
  const value = parseJson(line);
  return isObject(value) ? value : undefined;
}

/** Reads a member that ought to be text. */
export function textMember(line: string, field: string): string | undefined {
  const value = parseObject(line)?.[field];
  return typeof value === 'string' ? value : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
