const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object of a JSON line, or undefined where it is no object. */
export function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a member that ought to be text. */
export function textMember(line: string, field: string): string | undefined {
  const value = parseObject(line)?.[field];
  return typeof value === 'string' ? value : undefined;
}
