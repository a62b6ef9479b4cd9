import { createRequire } from 'node:module';
import { ConfigurationError } from '../errors/configuration.js';
import { BufferedResponse } from './buffered-response.js';
import { reviveError } from './errors.js';
import { checkNotOwnServer } from './own-server.js';
import type { CallbackArgument, ClientShape, Ending } from './protocol.js';
import { type AnyClass, checkSendable } from './sendable.js';
import { type Asked, BlockingThread, type Callback } from './thread.js';

/** What a blocking class is made from. */
export interface SyncDefinition {
  /** `import.meta.url` of the module that makes the class. */
  readonly from: string;
  /** The package whose main entry exports the async class. */
  readonly package: string;
  /** The async class's name. */
  readonly name: string;
  /** The package's own exports, as the user imports them: errors are revived from these classes. */
  readonly exports: Readonly<Record<string, unknown>>;
  /**
   * By the names of methods (`propose`, `decisions.get`): gives a result, or each item of a list, what cannot cross the
   * thread — its class, its disposer.
   */
  readonly revive?: Readonly<Record<string, (result: unknown, args: readonly unknown[]) => unknown>>;
  /** The same for what callbacks are given. */
  readonly reviveGiven?: (argument: unknown) => unknown;
  /** Classes whose instances are no more than their fields: they may be given to methods. */
  readonly data?: readonly AnyClass[];
}

let shared: BlockingThread | undefined;

/** The one worker of this thread; a new one after the last has died. */
function sharedThread(): BlockingThread {
  if (!shared || shared.dead) shared = new BlockingThread();
  return shared;
}

interface Leftover {
  readonly thread: BlockingThread;
  readonly handle: number;
  readonly callbacks: readonly number[];
}

const abandoned = new FinalizationRegistry<Leftover>(({ thread, handle, callbacks }) => {
  thread.forget(callbacks);
  thread.release(handle);
});

type Revive = (result: unknown) => unknown;

const asItIs: Revive = (result) => result;

const isCallback = (value: unknown): value is Callback => typeof value === 'function';

/** A blocking client's connection to its async client in the worker. */
export class Link {
  readonly #definition: SyncDefinition;
  readonly #args: readonly unknown[];
  #thread: BlockingThread | undefined;
  #handle = 0;
  #baseUrl: string | undefined;

  constructor(definition: SyncDefinition, args: readonly unknown[]) {
    this.#definition = definition;
    this.#args = args;
    for (const [index, arg] of args.entries()) checkSendable(arg, index === 0 ? 'options' : `argument ${index + 1}`);
  }

  /** Makes the async client. Errors of its constructor are thrown here. */
  open(): ClientShape {
    const { package: name } = this.#definition;
    const thread = sharedThread();
    const ending = this.#ask(thread, {
      op: 'new',
      module: this.#module(),
      name: this.#definition.name,
      args: this.#args,
    });
    if (ending.kind !== 'client') throw new TypeError(`${name} did not make a client.`);
    this.#thread = thread;
    this.#handle = ending.handle;
    const { baseUrl } = ending.shape.values;
    this.#baseUrl = typeof baseUrl === 'string' ? baseUrl : undefined;
    abandoned.register(this, { thread, handle: ending.handle, callbacks: [] });
    return ending.shape;
  }

  /** Calls a method of the client: `['approvals', 'list']`. */
  call(path: readonly string[], args: readonly unknown[]): unknown {
    if (!this.#thread || this.#thread.dead) this.open();
    return this.#invoke(this.#thread ?? sharedThread(), this.#handle, path, args);
  }

  #module(): string {
    const { from, package: name } = this.#definition;
    try {
      return createRequire(from).resolve(name);
    } catch (cause) {
      throw new ConfigurationError(
        `The blocking client needs ${name} as an installed package. When you bundle, mark it as external.`,
        { cause },
      );
    }
  }

  #ask(thread: BlockingThread, request: Asked): Ending {
    const ending = thread.ask(request, () => checkNotOwnServer(this.#baseUrl));
    if (ending.kind !== 'error') return ending;
    const { thrownBy } = ending.error;
    if (thrownBy !== undefined) throw thread.takeThrown(thrownBy);
    throw reviveError(ending.error, this.#definition.exports, new Error('blocked').stack ?? '');
  }

  #invoke(thread: BlockingThread, handle: number, path: readonly string[], args: readonly unknown[]): unknown {
    const callbacks: CallbackArgument[] = [];
    const plain = args.map((arg, index) => {
      if (!isCallback(arg)) {
        checkSendable(arg, `argument ${index + 1} of ${path.join('.')}`, this.#definition.data);
        return arg;
      }
      callbacks.push([index, thread.keep(this.#reviving(arg)), arg.name]);
      return null;
    });
    const kept = callbacks.map(([, callback]) => callback);
    let held = false;
    try {
      const ending = this.#ask(thread, { op: 'call', handle, path, args: plain, callbacks });
      held = ending.kind === 'function';
      const revive = this.#definition.revive?.[path.join('.')] ?? asItIs;
      return this.#result(thread, ending, kept, (result) => revive(result, args));
    } finally {
      // A function that came back goes on calling the callbacks it was made from.
      if (!held) thread.forget(kept);
    }
  }

  #reviving(callback: Callback): Callback {
    const { reviveGiven } = this.#definition;
    return reviveGiven ? (...given) => callback(...given.map(reviveGiven)) : callback;
  }

  #result(thread: BlockingThread, ending: Ending, callbacks: readonly number[], revive: Revive): unknown {
    if (ending.kind === 'value') return revive(ending.value);
    if (ending.kind === 'response') return new BufferedResponse(ending.response);
    if (ending.kind === 'iterator') return this.#iterable(thread, ending.handle, revive);
    if (ending.kind !== 'function') throw new TypeError(`A call cannot end in a ${ending.kind}.`);
    const { handle } = ending;
    const call = (...args: readonly unknown[]) => this.#invoke(thread, handle, [], args);
    abandoned.register(call, { thread, handle, callbacks });
    return call;
  }

  #iterable(thread: BlockingThread, handle: number, revive: Revive): IterableIterator<unknown> {
    const iterator: IterableIterator<unknown> = {
      next: () => {
        const ending = this.#ask(thread, { op: 'next', handle });
        if (ending.kind !== 'item' || ending.done) return { done: true, value: undefined };
        return { done: false, value: revive(ending.value) };
      },
      return: () => {
        thread.release(handle);
        return { done: true, value: undefined };
      },
      [Symbol.iterator]: () => iterator,
    };
    abandoned.register(iterator, { thread, handle, callbacks: [] });
    return iterator;
  }
}
