import { describe, expectTypeOf, it } from 'vitest';
import type { EventStream } from '../event-stream.js';
import type { Governed } from '../governor/govern.js';
import type { Governor, ProposedAction } from '../governor/port.js';
import type { Blocking, BlockingClass } from './blocking.js';
import type { EchoClient } from './fixture/echo-client.js';

interface Client {
  readonly baseUrl: string;
  readonly approvals: { list(options?: { limit?: number; signal?: AbortSignal }): Promise<{ id: string }[]> };
  pages(): AsyncIterable<number>;
  watch(): Promise<AsyncIterable<string>>;
  guard(run: (input: string) => Promise<number>): (input: string) => Promise<number>;
  govern<T>(action: ProposedAction, run: () => T | Promise<T>): Promise<Governed<T>>;
  events(): EventStream<string>;
  asGovernor(): Governor;
  [Symbol.asyncDispose](): Promise<void>;
}

describe('Blocking', () => {
  it('strips promises, in namespaces too', () => {
    expectTypeOf<Blocking<Client>['approvals']['list']>().returns.toEqualTypeOf<{ id: string }[]>();
    expectTypeOf<Blocking<Client>['baseUrl']>().toEqualTypeOf<string>();
  });

  it('leaves out the options that cannot cross threads', () => {
    type Options = Parameters<Blocking<Client>['approvals']['list']>[0];
    expectTypeOf<Options>().toEqualTypeOf<{ limit?: number } | undefined>();
  });

  it('makes pages iterable, callbacks and returned functions synchronous', () => {
    expectTypeOf<ReturnType<Blocking<Client>['pages']>>().toEqualTypeOf<Iterable<number>>();
    expectTypeOf<ReturnType<Blocking<Client>['watch']>>().toEqualTypeOf<Iterable<string>>();
    expectTypeOf<Blocking<Client>['guard']>().toEqualTypeOf<
      (run: (input: string) => number) => (input: string) => number
    >();
  });

  it('keeps the type parameter of govern', () => {
    const governs = (client: Blocking<Client>) => client.govern({ tool: 't', input: {} }, () => 7);
    expectTypeOf(governs).returns.toEqualTypeOf<Governed<number>>();
  });

  it('leaves out event streams, governors and symbols', () => {
    expectTypeOf<keyof Blocking<Client>>().toEqualTypeOf<
      'baseUrl' | 'approvals' | 'pages' | 'watch' | 'guard' | 'govern'
    >();
  });

  it('keeps the arguments of the constructor', () => {
    type Options = ConstructorParameters<BlockingClass<typeof EchoClient>>[0];
    expectTypeOf<Options>().toEqualTypeOf<
      { readonly url?: string; readonly refuse?: boolean; readonly maxResponseBytes?: number } | undefined
    >();
  });
});
