import type { EventStream } from '../event-stream.js';
import type { Governed } from '../governor/govern.js';
import type { GovernOptions } from '../governor/options.js';
import type { AllowDecision, Governor, ProposedAction } from '../governor/port.js';
import type { UNSENDABLE } from '../option-names.js';
import type { BufferedResponse } from './buffered-response.js';

/** Options that are functions or live objects, which cannot go to another thread. */
type Unsendable = (typeof UNSENDABLE)[number];

/**
 * One argument as a blocking method takes it: options without what cannot cross threads, a callback that is synchronous.
 *
 * @example
 * ```ts
 * import type { BlockingArgument, RequestOptions } from '@sallyport/core';
 *
 * const options: BlockingArgument<RequestOptions> = { timeoutMs: 2_000 };
 * ```
 */
export type BlockingArgument<A> = A extends (...args: infer P) => infer R
  ? (...args: P) => Awaited<R>
  : A extends readonly unknown[]
    ? A
    : A extends object
      ? { [K in keyof A as K extends Unsendable ? never : K]: A[K] }
      : A;

/**
 * The arguments of a method or constructor without what cannot cross threads; callbacks become synchronous.
 *
 * @example
 * ```ts
 * import type { BlockingArguments, RequestOptions } from '@sallyport/core';
 *
 * const args: BlockingArguments<[id: string, options: RequestOptions]> = ['a', { timeoutMs: 2_000 }];
 * ```
 */
export type BlockingArguments<A extends readonly unknown[]> = { [K in keyof A]: BlockingArgument<A[K]> };

type BlockingResult<R> =
  R extends AsyncIterable<infer Item>
    ? Iterable<Item>
    : Awaited<R> extends Response
      ? BufferedResponse
      : Awaited<R> extends AsyncIterable<infer Item>
        ? Iterable<Item>
        : Awaited<R> extends (...args: infer P) => infer Inner
          ? (...args: BlockingArguments<P>) => BlockingResult<Inner>
          : Awaited<R>;

/** `govern` keeps its type parameter, which no mapped type can carry over. */
type BlockingGovern = <T>(
  action: ProposedAction,
  run: (input: Readonly<Record<string, unknown>>, decision: AllowDecision) => T,
  options?: BlockingArgument<GovernOptions>,
) => Governed<T>;

/** Members that have no blocking form: streams without an end, governors (which are asynchronous by their port), symbols. */
type Absent<Name, Member> = Name extends symbol
  ? true
  : Member extends (...args: never) => infer R
    ? R extends Governor | EventStream<unknown>
      ? true
      : false
    : false;

type BlockingMember<Name, Member> = Name extends 'govern'
  ? BlockingGovern
  : Member extends (...args: infer A) => infer R
    ? (...args: BlockingArguments<A>) => BlockingResult<R>
    : Member extends object
      ? Blocking<Member>
      : Member;

/**
 * The blocking form of an async client: promises are stripped, pages are plain iterables, unread responses are read whole,
 * callbacks are synchronous.
 * Event streams, and everything else that never ends, are left out.
 *
 * @example
 * ```ts
 * import type { Blocking } from '@sallyport/core';
 *
 * interface Client {
 *   decide(tool: string): Promise<boolean>;
 * }
 * const allowed = (client: Blocking<Client>): boolean => client.decide('exec');
 * ```
 */
export type Blocking<Client> = {
  readonly [Name in keyof Client as Absent<Name, Client[Name]> extends true ? never : Name]: BlockingMember<
    Name,
    Client[Name]
  >;
};

/**
 * The class of a blocking client. `Own` replaces members whose type parameters no mapped type can carry over.
 *
 * @example
 * ```ts
 * import type { BlockingClass } from '@sallyport/core';
 *
 * declare class Client {
 *   decide(tool: string): Promise<boolean>;
 * }
 * const ask = (ClientSync: BlockingClass<typeof Client>): boolean => new ClientSync().decide('exec');
 * ```
 */
export interface BlockingClass<Client extends abstract new (...args: never) => object, Own extends object = object> {
  new (
    ...args: BlockingArguments<ConstructorParameters<Client>>
  ): Omit<Blocking<InstanceType<Client>>, keyof Own> & Own & Disposable;
}
