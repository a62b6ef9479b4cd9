import type { BlockingClass } from './blocking.js';
import { Link, type SyncDefinition } from './link.js';
import type { ClientShape } from './protocol.js';

/** Gives an object the members of the async client, each of them blocking. */
function dress(target: object, shape: ClientShape, path: readonly string[], link: Link): void {
  const define = (name: string, value: unknown) =>
    Object.defineProperty(target, name, { value, enumerable: !(value instanceof Function) });
  for (const name of shape.methods) {
    define(name, (...args: readonly unknown[]) => link.call([...path, name], args));
  }
  for (const [name, value] of Object.entries(shape.values)) define(name, value);
  for (const [name, inner] of Object.entries(shape.namespaces)) {
    const namespace = {};
    dress(namespace, inner, [...path, name], link);
    define(name, Object.freeze(namespace));
  }
}

/**
 * Makes the blocking twin of an async client: the same methods without the promises, for code that cannot await.
 *
 * The async clients of all blocking twins live in one worker thread; the calling thread sleeps until the answer is
 * there. Errors keep their class and fields. Callbacks (`govern`, `guard`) run on the calling thread and must not be
 * asynchronous. A gateway that runs in the calling thread itself cannot answer, and is refused.
 *
 * @param definition - names the class: `{ from: import.meta.url, package, name, exports }`.
 * @returns a class with the async class's arguments; options that are functions make it throw `ConfigurationError`.
 * @example
 * ```ts
 * import { createSyncClass } from '@sallyport/core/internal';
 *
 * class ExampleClient {
 *   async greet(name: string): Promise<string> {
 *     return `hello ${name}`;
 *   }
 * }
 *
 * export const ExampleClientSync = createSyncClass<typeof ExampleClient>({
 *   from: import.meta.url,
 *   package: '@example/client',
 *   name: 'ExampleClient',
 *   exports: { ExampleClient },
 * });
 * ```
 */
export function createSyncClass<Client extends abstract new (...args: never) => object, Own extends object = object>(
  definition: SyncDefinition,
): BlockingClass<Client, Own> {
  const Sync = class {
    constructor(...args: readonly unknown[]) {
      const link = new Link(definition, args);
      dress(this, link.open(), [], link);
      const close: unknown = Reflect.get(this, 'close');
      if (typeof close === 'function') Object.defineProperty(this, Symbol.dispose, { value: close });
    }
  };
  Object.defineProperty(Sync, 'name', { value: `${definition.name}Sync` });
  // The members are made from what the worker says the client has, which no type can follow.
  return Sync as unknown as BlockingClass<Client, Own>;
}
