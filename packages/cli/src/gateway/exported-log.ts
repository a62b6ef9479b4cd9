import type { OpenResponse, Operation } from '@sallyport/core';
import { path, zodDecoder } from '@sallyport/core/internal';
import { z } from 'zod';
import type { DialectName } from './dialects.js';
import type { Session } from './session.js';

const dates: Operation<void, readonly string[]> = {
  name: 'audit.dates',
  method: 'GET',
  path: () => '/v1/audit/dates',
  auth: 'token',
  retry: 'safe',
  decode: zodDecoder(z.object({ dates: z.array(z.string()) }).transform((body) => body.dates)),
};

const exportedDay: Operation<string, unknown> = {
  name: 'audit.export',
  method: 'GET',
  path: () => '/v1/audit/export',
  query: (date) => ({ date }),
  auth: 'token',
  retry: 'safe',
  decode: (body) => body,
};

const exportedChain: Operation<string, unknown> = {
  name: 'log.export',
  method: 'GET',
  path: (chain) => path`/sallyport/v1/log/${chain}/export`,
  auth: 'token',
  retry: 'safe',
  decode: (body) => body,
};

/** Protocols whose own routes give the whole log, so that other gateways than ours can be verified too. */
const OWN_ROUTES: Readonly<
  Partial<Record<DialectName, (session: Session, tell: TellDamage) => AsyncIterable<Uint8Array>>>
> = {
  async *rampart({ caller }, tell) {
    const days = [...(await caller.call(dates, undefined))].sort();
    for (const day of days) yield* told(await caller.open(exportedDay, day), tell);
  },
};

/** Is given what a gateway says is wrong with its log. */
type TellDamage = (damage: string) => void;

function told(response: OpenResponse, tell: TellDamage): OpenResponse {
  const damage = response.meta.headers['sallyport-ledger-damaged'];
  if (typeof damage === 'string') tell(damage);
  return response;
}

/** A gateway's whole audit log, oldest record first. */
export async function* exportedLog(session: Session, tell: TellDamage): AsyncGenerator<Uint8Array> {
  const { caller, dialect } = session;
  yield* OWN_ROUTES[dialect]?.(session, tell) ?? told(await caller.open(exportedChain, dialect), tell);
}
