import { createRequire } from 'node:module';
import { MessageChannel, type MessagePort, receiveMessageOnPort, SHARE_ENV, Worker } from 'node:worker_threads';
import { SallyportError } from '../errors/base.js';
import { packError } from './errors.js';
import {
  BEATS,
  CELLS,
  ENDED,
  type Ending,
  REPLIES,
  type ToCaller,
  type ToWorker,
  type WorkerSetup,
} from './protocol.js';
import { checkSendable } from './sendable.js';

/** How long the caller sleeps before it looks whether the worker is still alive. */
const SLICE_MS = 250;
/** Silent slices after which a worker that could not even say goodbye counts as dead. Loading a client takes a while. */
const SILENT_SLICES = 40;
const SILENT_SLICES_LOADING = 240;

const loads = (flag: string) =>
  /^(?:-C|--conditions|-r|--require|--import|--(?:experimental-)?loader)(?:=|$)/.test(flag);

/**
 * The flags that decide how modules load. No other is handed on: `--input-type` would make the worker's first line a
 * module of the wrong kind, and V8's flags are refused for a worker.
 */
export function workerFlags(execArgv: readonly string[]): string[] {
  const kept: string[] = [];
  for (const [index, flag] of execArgv.entries()) {
    if (!loads(flag)) continue;
    kept.push(flag);
    const value = execArgv[index + 1];
    if (!flag.includes('=') && value !== undefined) kept.push(value);
  }
  return kept;
}

/**
 * Runs as a script or as a module alike, so that no flag of the parent can break it. It tells how it ends before anything
 * can fail: nobody could otherwise be woken.
 */
const BOOT = `
const { workerData } = process.getBuiltinModule('node:worker_threads');
const { createRequire } = process.getBuiltinModule('node:module');
const { host, port, cells } = workerData;
const wake = () => { Atomics.add(cells, ${REPLIES}, 1); Atomics.notify(cells, ${REPLIES}); };
process.on('exit', () => { Atomics.store(cells, ${ENDED}, 1); wake(); });
try {
  createRequire(host)(host).serveBlockingCalls(workerData);
} catch (error) {
  port.postMessage({ failed: String(error) });
  wake();
}
`;

export type Callback = (...args: readonly unknown[]) => unknown;
type WithoutCall<T> = T extends { readonly call: number } ? Omit<T, 'call'> : never;

/** A request that is answered; the thread numbers it. */
export type Asked = WithoutCall<ToWorker>;

/** One worker thread, seen from the thread that blocks on it. */
export class BlockingThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #cells = new Int32Array(new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT));
  readonly #early = new Map<number, Ending>();
  readonly #callbacks = new Map<number, Callback>();
  /** Calls that someone waits for; the ending of any other is dropped. More than one when a callback calls again. */
  readonly #active = new Set<number>();
  /** What callbacks threw, until the outermost call has ended. */
  readonly #thrown = new Map<number, unknown>();
  #last = 0;
  #dead = false;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    const host = createRequire(import.meta.url).resolve('@sallyport/core/internal');
    const setup: WorkerSetup = { host, port: port2, cells: this.#cells };
    const worker = new Worker(BOOT, {
      eval: true,
      name: 'sallyport-blocking',
      workerData: setup,
      transferList: [port2],
      execArgv: workerFlags(process.execArgv),
      env: SHARE_ENV,
    });
    // The caller is told by the call that fails; an unheard 'error' event would end the process.
    worker.on('error', () => {});
    worker.unref();
    port1.unref();
    this.#worker = worker;
    this.#port = port1;
  }

  /** True when no further call can succeed. */
  get dead(): boolean {
    return this.#dead || Atomics.load(this.#cells, ENDED) === 1;
  }

  keep(callback: Callback): number {
    this.#last += 1;
    this.#callbacks.set(this.#last, callback);
    return this.#last;
  }

  forget(callbacks: readonly number[]): void {
    for (const callback of callbacks) this.#callbacks.delete(callback);
  }

  /** What one of the caller's callbacks threw, handed out once. */
  takeThrown(question: number): unknown {
    const thrown = this.#thrown.get(question);
    this.#thrown.delete(question);
    return thrown;
  }

  release(handle: number): void {
    if (!this.dead) this.#post({ op: 'release', handle });
  }

  /**
   * Sends a request and blocks until it has ended. Callbacks run meanwhile, on this thread.
   *
   * @param watch - called each time the worker stays silent for a slice; ends the wait by throwing.
   */
  ask(request: Asked, watch: () => void): Ending {
    if (this.#active.size === 0) this.#thrown.clear();
    this.#last += 1;
    const call = this.#last;
    this.#active.add(call);
    try {
      this.#post({ ...request, call });
      return this.#await(call, request.op === 'new' ? SILENT_SLICES_LOADING : SILENT_SLICES, watch);
    } finally {
      this.#active.delete(call);
    }
  }

  #post(message: ToWorker): void {
    this.#port.postMessage(message);
  }

  #await(call: number, patience: number, watch: () => void): Ending {
    let silent = 0;
    let beats = Atomics.load(this.#cells, BEATS);
    for (;;) {
      // Read before looking for messages: a reply that comes in between changes it, and the wait below returns at once.
      const replies = Atomics.load(this.#cells, REPLIES);
      const ending = this.#take(call);
      if (ending) return ending;
      if (this.dead) throw this.#died('It ended');
      if (Atomics.wait(this.#cells, REPLIES, replies, SLICE_MS) !== 'timed-out') continue;
      const beat = Atomics.load(this.#cells, BEATS);
      silent = beat === beats ? silent + 1 : 0;
      beats = beat;
      if (silent > patience) throw this.#died(`It has not moved for ${silent * SLICE_MS} ms`);
      this.#post({ op: 'ping' });
      watch();
    }
  }

  /** Takes messages until one ends this call. Another call's ending is kept: calls nest when a callback makes one. */
  #take(call: number): Ending | undefined {
    for (;;) {
      const early = this.#early.get(call);
      this.#early.delete(call);
      if (early) return early;
      const received = receiveMessageOnPort(this.#port);
      if (!received) return undefined;
      const message: ToCaller = received.message;
      if ('failed' in message) throw this.#died(`It could not start: ${message.failed}`);
      if ('question' in message) this.#run(message.question, message.callback, message.args);
      else if (this.#active.has(message.call)) this.#early.set(message.call, message.ending);
    }
  }

  #run(question: number, callback: number, args: readonly unknown[]): void {
    this.#post({ op: 'answer', question, ending: this.#outcome(question, callback, args) });
  }

  #outcome(question: number, callback: number, args: readonly unknown[]): Ending {
    try {
      const value = this.#callbacks.get(callback)?.(...args);
      checkSendable(value, 'The result of a callback');
      return { kind: 'value', value };
    } catch (error) {
      this.#thrown.set(question, error);
      return { kind: 'error', error: packError(error) };
    }
  }

  #died(how: string): SallyportError {
    this.#dead = true;
    // One that is stuck would go on using a processor.
    void this.#worker.terminate();
    return new SallyportError(
      `The worker thread of the blocking clients is gone. ${how}. The outcome of this call is unknown; the next call starts a new worker.`,
      { code: 'blocking_worker' },
    );
  }
}
