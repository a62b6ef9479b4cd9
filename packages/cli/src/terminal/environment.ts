import { EXIT, Failure } from '../exit.js';

/** What helps with a fault of the machine, by the beginning of its code; the first that fits. */
const HELP: readonly (readonly [code: string, help: string])[] = [
  [
    'SQLITE_CORRUPT',
    'The file is damaged: restore a copy, or name another with --store and keep this one as evidence.',
  ],
  ['SQLITE_NOTADB', 'Name another file with --store, or restore a copy of the database.'],
  ['SQLITE_FULL', 'Make room on the disk, or name a store elsewhere with --store.'],
  ['SQLITE_READONLY', 'Let this user write the database file and its folder, or name another with --store.'],
  ['SQLITE_IOERR', 'Look at the disk that the database lies on, or name a store elsewhere with --store.'],
  ['ENOSPC', 'Make room on the disk.'],
  ['EACCES', 'Let this user at it, or name another place.'],
  ['EPERM', 'Let this user at it, or name another place.'],
  ['EROFS', 'Name a place that can be written.'],
  ['EMFILE', 'Let this user open more files: ulimit -n.'],
  ['EADDRNOTAVAIL', 'Give --host an address of this machine.'],
  ['store_unavailable', 'See that the database is there and takes writes, or name another with --store.'],
];

/** The errors that led to one another, the last cause first. */
function causesOf(error: unknown): readonly Error[] {
  const causes: Error[] = [];
  for (let at = error; at instanceof Error && !causes.includes(at); at = at.cause) causes.unshift(at);
  return causes;
}

/** What a person can do about a fault of the machine that we run on; undefined where it is none. */
export function environmentFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || error instanceof Failure) return undefined;
  const codes = causesOf(error).map((cause) => String(Reflect.get(cause, 'code') ?? ''));
  for (const code of codes) {
    const help = HELP.find(([begins]) => code.startsWith(begins))?.[1];
    if (help !== undefined) return new Failure(error.message, EXIT.usage, help, error);
  }
  return undefined;
}
