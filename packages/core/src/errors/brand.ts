/** A class whose instances are `T`; abstract ones too. */
export type ErrorClass<T = unknown> = abstract new (...args: never[]) => T;

type Carried<Own, Also extends readonly ErrorClass[]> = {
  readonly [K in keyof Also]: Own extends InstanceType<Also[K]> ? Also[K] : never;
};

const OWN_BRAND = Symbol.for('sallyport.error.own');
const PREFIX = 'sallyport.error:';

const isBrand = (key: symbol): boolean => Symbol.keyFor(key)?.startsWith(PREFIX) ?? false;

function brandsOf(prototype: object): symbol[] {
  const found: symbol[] = [];
  for (let level: object | null = prototype; level; level = Object.getPrototypeOf(level)) {
    found.push(...Object.getOwnPropertySymbols(level).filter(isBrand));
  }
  return found;
}

function hidden(target: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(target, key, { value, configurable: true, writable: true });
}

/**
 * Gives an error class and its instances their literal name, and its brand, and lets it carry the brands of categories
 * outside its own prototype chain, so that `instanceof` answers both questions a user asks: whose error is it, and what
 * kind.
 *
 * A brand is a registered symbol on the prototype. Two copies of a package (ESM beside CJS, two versions) therefore
 * recognise each other's errors, and an error revived with `Object.create(Class.prototype)` is whole. A class may carry
 * only categories whose fields its instances have: the type of `also` demands it.
 *
 * @param own - the class; call this in its static block with `this`.
 * @param family - the package the class belongs to: `core`, `rampart`, …
 * @param name - the class's name as a literal, so that minifiers cannot change it.
 * @param also - categories that `instanceof` shall affirm as well.
 * @example
 * ```ts
 * import { HttpError, SallyportError } from '@sallyport/core';
 * import { branded } from '@sallyport/core/internal';
 *
 * class ExampleError extends SallyportError {
 *   static {
 *     branded(this, 'example', 'ExampleError');
 *   }
 * }
 * class ExampleHttpError extends ExampleError {
 *   readonly status = 418;
 *   readonly headers = {};
 *   readonly body = undefined;
 *   readonly problem = undefined;
 *   readonly retryAfterMs = undefined;
 *   static {
 *     branded(this, 'example', 'ExampleHttpError', HttpError);
 *   }
 * }
 * new ExampleHttpError('no') instanceof HttpError; // true
 * ```
 */
export function branded<Own, const Also extends readonly ErrorClass[]>(
  own: ErrorClass<Own>,
  family: string,
  name: string,
  ...also: Also & Carried<Own, Also>
): void {
  const brand = Symbol.for(`${PREFIX}${family}/${name}`);
  hidden(own, OWN_BRAND, brand);
  hidden(own, Symbol.hasInstance, hasBrand);
  hidden(own.prototype, 'name', name);
  // An uncaught error is printed under its class's own name, and bundlers rename a class that has a static block.
  hidden(own, 'name', name);
  hidden(own.prototype, brand, true);
  for (const category of also) for (const carried of brandsOf(category.prototype)) hidden(own.prototype, carried, true);
}

/**
 * Makes one error answer to more classes than its own: whose error it is, where a gateway's family has no class for its
 * kind, or of which kind, where one class of a family stands for several. The claim is the instance's alone.
 *
 * @param error - must have the fields of `classes`: no type can check that here.
 * @example
 * ```ts
 * import { AbortedError, SallyportError } from '@sallyport/core';
 * import { branded, claim } from '@sallyport/core/internal';
 *
 * class ExampleError extends SallyportError {
 *   static {
 *     branded(this, 'example', 'ExampleError');
 *   }
 * }
 * claim(new AbortedError('stopped'), ExampleError) instanceof ExampleError; // true
 * ```
 */
export function claim<E extends object>(error: E, ...classes: readonly ErrorClass[]): E {
  for (const { prototype } of classes) for (const brand of brandsOf(prototype)) hidden(error, brand, true);
  return error;
}

/** The brands that one error claims beside those of its class, by their names. */
export const claimsOf = (error: object): string[] =>
  Object.getOwnPropertySymbols(error)
    .filter(isBrand)
    .flatMap((brand) => Symbol.keyFor(brand) ?? []);

/** Gives an error the claims that another had, by their names. */
export function renewClaims(error: object, claims: readonly string[]): void {
  for (const name of claims) if (name.startsWith(PREFIX)) hidden(error, Symbol.for(name), true);
}

/**
 * The `instanceof` test of branded classes: by the class's *own* brand. A user's subclass has none and is tested by its
 * prototype, or it would claim every error of the class it extends.
 */
function hasBrand(this: ErrorClass, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const brand: unknown = Object.getOwnPropertyDescriptor(this, OWN_BRAND)?.value;
  if (typeof brand === 'symbol') return Reflect.get(value, brand) === true;
  return Object.prototype.isPrototypeOf.call(this.prototype, value);
}
