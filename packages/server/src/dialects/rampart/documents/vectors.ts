import { readFileSync } from 'node:fs';

/** Reads a file of the vectors that any implementation can be held against. For tests only. */
export function vectors<Vector>(name: string): readonly Vector[] {
  return JSON.parse(
    readFileSync(new URL(`../../../../../../vectors/rampart/documents/${name}.json`, import.meta.url), 'utf8'),
  );
}
