import { createRequire } from 'node:module';
import type { MessagePort } from 'node:worker_threads';
import { ConfigurationError } from '../errors/configuration.js';
import { hideUnsendable } from '../option-names.js';
import { readWhole } from '../transport/read-whole.js';
import { packError } from './errors.js';
import {
  BEATS,
  type CallRequest,
  type Ending,
  MAX_BUFFERED_BYTES,
  type NewRequest,
  REPLIES,
  type ToCaller,
  type ToWorker,
  type WorkerSetup,
} from './protocol.js';
import { shapeOf } from './shape.js';

interface Question {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function memberOf(target: unknown, path: readonly string[]): { owner: unknown; method: unknown } {
  let owner: unknown;
  let method = target;
  for (const name of path) {
    owner = method;
    method = isObject(owner) ? Reflect.get(owner, name) : undefined;
  }
  return { owner, method };
}

/** The far end of the blocking bridge: owns the async clients, and does for the blocked thread what it asks for. */
class Host {
  readonly #port: MessagePort;
  readonly #cells: Int32Array;
  readonly #held = new Map<number, unknown>();
  /** The largest body that each client holds. */
  readonly #limits = new WeakMap<object, number>();
  readonly #questions = new Map<number, Question>();
  /** Errors that the caller's callbacks threw, by the question they answered. */
  readonly #thrown = new WeakMap<object, number>();
  #lastHandle = 0;
  #lastQuestion = 0;

  constructor({ port, cells }: WorkerSetup) {
    this.#port = port;
    this.#cells = cells;
    port.on('message', (message: ToWorker) => this.#receive(message));
  }

  #receive(message: ToWorker): void {
    switch (message.op) {
      case 'new':
        void this.#reply(message.call, () => this.#construct(message));
        break;
      case 'call':
        void this.#reply(message.call, () => this.#call(message));
        break;
      case 'next':
        void this.#reply(message.call, () => this.#next(message.handle));
        break;
      case 'answer':
        this.#answer(message.question, message.ending);
        break;
      case 'release':
        this.#release(message.handle);
        break;
      case 'ping':
        Atomics.add(this.#cells, BEATS, 1);
    }
  }

  async #reply(call: number, work: () => Promise<Ending>): Promise<void> {
    let ending: Ending;
    try {
      ending = await work();
    } catch (error) {
      ending = this.#failed(error);
    }
    try {
      this.#send({ call, ending });
    } catch (error) {
      this.#send({ call, ending: this.#failed(error) });
    }
  }

  #failed(error: unknown): Ending {
    return { kind: 'error', error: packError(error, isObject(error) ? this.#thrown.get(error) : undefined) };
  }

  #send(message: ToCaller): void {
    this.#port.postMessage(message);
    Atomics.add(this.#cells, REPLIES, 1);
    Atomics.notify(this.#cells, REPLIES);
  }

  #hold(value: unknown): number {
    this.#lastHandle += 1;
    this.#held.set(this.#lastHandle, value);
    return this.#lastHandle;
  }

  async #construct({ module, name, args }: NewRequest): Promise<Ending> {
    const exports: unknown = createRequire(module)(module);
    const Client: unknown = isObject(exports) ? Reflect.get(exports, name) : undefined;
    if (typeof Client !== 'function') throw new TypeError(`${module} does not export a class ${name}.`);
    const client: object = Reflect.construct(Client, args);
    const [options] = args;
    const limit: unknown = isObject(options) ? Reflect.get(options, 'maxResponseBytes') : undefined;
    if (typeof limit === 'number') this.#limits.set(client, limit);
    return { kind: 'client', handle: this.#hold(client), shape: shapeOf(client) };
  }

  async #call({ handle, path, args, callbacks }: CallRequest): Promise<Ending> {
    const target = this.#held.get(handle);
    const { owner, method } = memberOf(target, path);
    if (typeof method !== 'function') throw new TypeError(`There is no method ${path.join('.')}.`);
    const given = [...args];
    for (const [index, callback, name] of callbacks) given[index] = this.#callback(callback, name);
    const returned: unknown = Reflect.apply(method, owner, given);
    if (isObject(returned) && Symbol.asyncIterator in returned) return this.#iterator(returned);
    const value: unknown = await returned;
    if (value instanceof Response) return this.#buffered(value, target);
    if (isObject(value) && Symbol.asyncIterator in value) return this.#iterator(value);
    if (typeof value === 'function') return { kind: 'function', handle: this.#hold(value) };
    return { kind: 'value', value };
  }

  /** A blocked thread cannot read a body piece by piece: it gets the whole. */
  async #buffered({ status, headers, body }: Response, client: unknown): Promise<Ending> {
    const limit = (isObject(client) ? this.#limits.get(client) : undefined) ?? MAX_BUFFERED_BYTES;
    const bytes = body === null ? new Uint8Array() : await readWhole(body, limit);
    return { kind: 'response', response: { status, headers: [...headers], body: bytes } };
  }

  #iterator(iterable: object): Ending {
    if ('opened' in iterable && 'lastEventId' in iterable) {
      throw new ConfigurationError(
        'An event stream never ends: a blocked thread cannot follow it. Use the async client.',
      );
    }
    // Pages are promises of the first one too: when that fails before anyone asks, it must not end the worker.
    if (iterable instanceof Promise) iterable.catch(() => {});
    const make: unknown = Reflect.get(iterable, Symbol.asyncIterator);
    if (typeof make !== 'function') throw new TypeError('The result cannot be iterated.');
    return { kind: 'iterator', handle: this.#hold(Reflect.apply(make, iterable, [])) };
  }

  async #next(handle: number): Promise<Ending> {
    const iterator = this.#held.get(handle);
    const { method } = memberOf(iterator, ['next']);
    if (typeof method !== 'function') return { kind: 'item', done: true };
    const step: unknown = await Reflect.apply(method, iterator, []);
    const done = !isObject(step) || Reflect.get(step, 'done') === true;
    if (done) this.#held.delete(handle);
    return done ? { kind: 'item', done } : { kind: 'item', done, value: Reflect.get(step, 'value') };
  }

  #release(handle: number): void {
    const held = this.#held.get(handle);
    this.#held.delete(handle);
    const { method } = memberOf(held, ['return']);
    // An abandoned page must not leave its connection open; how that ends is of no interest to anyone.
    if (typeof method === 'function') Promise.resolve(Reflect.apply(method, held, [])).catch(() => {});
  }

  /** Stands for a function of the caller's, by the same name. */
  #callback(callback: number, name: string): (...args: readonly unknown[]) => Promise<unknown> {
    const ask = (...args: readonly unknown[]) =>
      new Promise((resolve, reject) => {
        this.#lastQuestion += 1;
        const question = this.#lastQuestion;
        this.#questions.set(question, { resolve, reject });
        this.#send({ question, callback, args });
      });
    return Object.defineProperty(ask, 'name', { value: name });
  }

  #answer(question: number, ending: Ending): void {
    const asked = this.#questions.get(question);
    this.#questions.delete(question);
    if (ending.kind === 'error') {
      const error = Object.assign(new Error(ending.error.message), { name: ending.error.name });
      this.#thrown.set(error, question);
      asked?.reject(error);
    } else if (ending.kind === 'value') asked?.resolve(ending.value);
  }
}

/** Serves the thread that started this worker, until that thread ends. */
export function serveBlockingCalls(setup: WorkerSetup): void {
  hideUnsendable();
  new Host(setup);
}
