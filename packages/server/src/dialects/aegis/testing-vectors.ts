import { readFileSync } from 'node:fs';

/** Reads a table of `vectors/aegis/engine`; whoever reads it says what its columns are. */
export function engineVectors(file: string) {
  return JSON.parse(readFileSync(new URL(`../../../../../vectors/aegis/engine/${file}`, import.meta.url), 'utf8'));
}
