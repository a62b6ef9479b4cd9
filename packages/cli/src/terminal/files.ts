import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT, Failure } from '../exit.js';
import type { Io } from './io.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

/** Why a file could not be used, as a person says it. */
export function fileFailure(path: string, error: unknown): Failure {
  const code = String(Reflect.get(Object(error), 'code'));
  return new Failure(`Cannot read ${path}: ${REASONS[code] ?? String(error)}.`, EXIT.usage);
}

/** A small file as text. @throws Failure when it cannot be read. */
export function readText(path: string, { cwd }: Io): string {
  try {
    return readFileSync(resolve(cwd, path), 'utf8');
  } catch (error) {
    throw fileFailure(path, error);
  }
}
