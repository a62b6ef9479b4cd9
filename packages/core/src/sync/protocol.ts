import type { MessagePort } from 'node:worker_threads';
import type { PackedResponse } from './buffered-response.js';

/** Cells of the shared memory, all counters: replies sent, pings answered, and 1 once the worker has ended. */
export const REPLIES = 0;
export const BEATS = 1;
export const ENDED = 2;
export const CELLS = 3;

/** Bytes of a response's body that are held, unless the client's `maxResponseBytes` says otherwise. */
export const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

/** Something that was thrown, as plain data. */
export interface PackedError {
  /** Set when the caller's own callback threw it: the caller has the very object. */
  readonly thrownBy?: number;
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Own fields that can be cloned. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The brands that it claims beside those of its class. */
  readonly claims?: readonly string[];
  readonly cause?: PackedError | undefined;
  /** The value itself, where something other than an Error was thrown. */
  readonly value?: unknown;
}

/** What can be done with the async clients that live in the worker. */
export type ClientShape = {
  readonly methods: readonly string[];
  readonly namespaces: Readonly<Record<string, ClientShape>>;
  readonly values: Readonly<Record<string, string | number | boolean>>;
};

/** How a call ended. What cannot be cloned stays in the worker under a handle. */
export type Ending =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'client'; readonly handle: number; readonly shape: ClientShape }
  | { readonly kind: 'iterator'; readonly handle: number }
  | { readonly kind: 'function'; readonly handle: number }
  | { readonly kind: 'response'; readonly response: PackedResponse }
  | { readonly kind: 'item'; readonly done: boolean; readonly value?: unknown }
  | { readonly kind: 'error'; readonly error: PackedError };

/** An argument that is a function: its place, the number under which the caller keeps it, and its name. */
export type CallbackArgument = readonly [index: number, callback: number, name: string];

export interface NewRequest {
  readonly op: 'new';
  readonly call: number;
  readonly module: string;
  readonly name: string;
  readonly args: readonly unknown[];
}

export interface CallRequest {
  readonly op: 'call';
  readonly call: number;
  readonly handle: number;
  /** `['approvals', 'list']`; empty to call a function that is a handle itself. */
  readonly path: readonly string[];
  readonly args: readonly unknown[];
  readonly callbacks: readonly CallbackArgument[];
}

export type ToWorker =
  | NewRequest
  | CallRequest
  | { readonly op: 'next'; readonly call: number; readonly handle: number }
  | { readonly op: 'release'; readonly handle: number }
  | { readonly op: 'answer'; readonly question: number; readonly ending: Ending }
  | { readonly op: 'ping' };

export type ToCaller =
  | { readonly call: number; readonly ending: Ending }
  | { readonly failed: string }
  | { readonly question: number; readonly callback: number; readonly args: readonly unknown[] };

export interface WorkerSetup {
  /** The module that exports `serveBlockingCalls`. */
  readonly host: string;
  readonly port: MessagePort;
  readonly cells: Int32Array;
}
