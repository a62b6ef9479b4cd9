import { z } from 'zod';

// Older gateways leave fields out, Go ones send null for an empty list: both are read as nothing being there.

export const text = z.string().nullish();
export const orEmpty = text.transform((value) => value ?? '');
export const number = z.number().nullish();
export const orZero = number.transform((value) => value ?? 0);
export const flag = z.boolean().nullish();
export const orFalse = flag.transform((value) => value ?? false);
export const record = z.record(z.string(), z.unknown()).nullish();
export const orNone = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
export const texts = orNone(z.string());
// Taken as they came: a schema that copies leaves out what is counted under the name `__proto__`.
export const counts = z
  .custom<Readonly<Record<string, number>>>(areCounts, 'must be an object of numbers')
  .nullish()
  .transform((numbers) => numbers ?? {});

function areCounts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((count) => typeof count === 'number');
}
