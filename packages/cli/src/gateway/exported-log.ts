import type { Operation } from '@sallyport/core';
import { type Caller, zodDecoder } from '@sallyport/core/internal';
import { z } from 'zod';

const dates: Operation<void, readonly string[]> = {
  name: 'audit.dates',
  method: 'GET',
  path: () => '/v1/audit/dates',
  auth: 'token',
  retry: 'safe',
  decode: zodDecoder(z.object({ dates: z.array(z.string()) }).transform((body) => body.dates)),
};

const exported: Operation<string, unknown> = {
  name: 'audit.export',
  method: 'GET',
  path: () => '/v1/audit/export',
  query: (date) => ({ date }),
  auth: 'token',
  retry: 'safe',
  decode: (body) => body,
};

/** A gateway's whole audit log, oldest day first, through the routes that every gateway of the protocol has. */
export async function* exportedLog(caller: Caller): AsyncGenerator<Uint8Array> {
  const days = [...(await caller.call(dates, undefined))].sort();
  for (const day of days) yield* await caller.open(exported, day);
}
