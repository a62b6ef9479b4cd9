import { z } from 'zod';

type Empty = null | undefined;
type Optional<T> = { [K in keyof T]: Extract<T[K], Empty> extends never ? never : K }[keyof T];

/** `T` with its empty fields made optional and never empty. */
export type Compact<T> = { [K in Exclude<keyof T, Optional<T>>]: T[K] } & {
  [K in Optional<T>]?: Exclude<T[K], Empty>;
};

/** Leaves out what is null or undefined, so that results print, compare and serialise as what was really sent. */
export function compact<T extends object>(fields: T): Compact<T> {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  // Filtering entries is beyond what the type of Object.fromEntries can express.
  return Object.fromEntries(kept) as Compact<T>;
}

const text = z.string().nullish();
const number = z.number().nullish();
const flag = z.boolean().nullish();
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

function areCounts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((count) => typeof count === 'number');
}

/** Fields of what a gateway sends, tolerant: older gateways leave some out, others send null for an empty one. */
export const field = {
  text,
  orEmpty: text.transform((value) => value ?? ''),
  number,
  orZero: number.transform((value) => value ?? 0),
  flag,
  orFalse: flag.transform((value) => value ?? false),
  record: z.record(z.string(), z.unknown()).nullish(),
  orEmptyRecord: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((value) => value ?? {}),
  list,
  texts: list(z.string()),
  // Taken as they came: a schema that copies leaves out what is counted under the name `__proto__`.
  counts: z
    .custom<Readonly<Record<string, number>>>(areCounts, 'must be an object of numbers')
    .nullish()
    .transform((numbers) => numbers ?? {}),
};
