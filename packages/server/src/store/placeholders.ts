/** A statement with its `?` counted, and numbered for PostgreSQL. */
export interface Placeholders {
  readonly count: number;
  /** `?` replaced by `$1`, `$2`, … */
  readonly numbered: string;
}

const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g;

/** Reads `?` placeholders outside of quotes. */
export function placeholdersOf(sql: string): Placeholders {
  let count = 0;
  const numbered = sql.replace(TOKENS, (token) => {
    if (token !== '?') return token;
    count += 1;
    return `$${count}`;
  });
  return { count, numbered };
}
