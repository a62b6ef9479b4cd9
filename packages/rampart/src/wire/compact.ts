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
