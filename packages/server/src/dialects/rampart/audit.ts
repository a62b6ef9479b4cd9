import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, answerWith, json } from '../../http/answer.js';
import { tellDamage } from '../../http/damage.js';
import { badRequest, RequestFailure } from '../../http/failure.js';
import { queryParam } from '../../http/params.js';
import type { RecordFilter } from '../../ledger/ledger.js';
import { CHAIN } from './events.js';
import type { Rampart } from './runtime.js';
import { DAY_MS, dayStart, utcDate } from './time.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
const MAX_RANGE_DAYS = 366;

type Query = Pick<FastifyRequest, 'query'>;

/** `GET /v1/audit/events` */
export function auditEvents(rampart: Rampart) {
  return (request: FastifyRequest, reply: FastifyReply): void => answerWith(reply, pageOfEvents(rampart, request));
}

async function pageOfEvents(rampart: Rampart, query: Query): Promise<Answer> {
  const { ledger, clock } = rampart.engine;
  const date = queryParam(query, 'date') || utcDate(clock.now());
  const day = oneDay(date, 'invalid date format, expected YYYY-MM-DD');
  const limit = Math.min(positive(query, 'limit') || DEFAULT_LIMIT, MAX_LIMIT);
  const offset = positive(query, 'offset');
  const filter: RecordFilter = {
    ...day,
    ...columnFilter(query, { tool: 'subject', action: 'verdict', agent: 'actor', session: 'session' }),
  };
  await ledger.assertSound(CHAIN);
  const found = await ledger.page(filter, { order: 'newest', limit: limit + 1, offset });
  const total = await ledger.count(day);
  const events = found.slice(0, limit).map((record) => record.text);
  const next = found.length > limit ? offset + limit : 0;
  // The records are JSON already; taken as they are, nothing of them can change on the way.
  const body = `{"events":[${events.join(',')}],"total_in_file":${total},"next_offset":${next},"date":"${date}"}\n`;
  return { status: 200, body };
}

/** `GET /v1/audit/dates` */
export function auditDates(rampart: Rampart) {
  return (_request: FastifyRequest, reply: FastifyReply): void => answerWith(reply, dates(rampart, reply));
}

async function dates({ engine: { ledger } }: Rampart, reply: FastifyReply): Promise<Answer> {
  await tellDamage(reply, ledger, CHAIN);
  return json(200, { dates: await ledger.dates(CHAIN), configured: true });
}

/** `GET /v1/audit/export`: the raw lines of one day, so that their hashes can be checked. */
export function auditExport(rampart: Rampart) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    exportDay(rampart, queryParam(request, 'date'), reply).catch((error: unknown) => void reply.send(error));
  };
}

async function exportDay(rampart: Rampart, date: string, reply: FastifyReply): Promise<void> {
  const { ledger } = rampart.engine;
  if (date === '') throw badRequest('date parameter is required');
  const day = oneDay(date, 'invalid date format, expected YYYY-MM-DD');
  await tellDamage(reply, ledger, CHAIN);
  if ((await ledger.count(day)) === 0) throw new RequestFailure(404, `no audit log found for ${date}`);
  const [before] = await ledger.page({ chain: CHAIN, to: day.from }, { order: 'newest', limit: 1 });
  const lines = async function* () {
    if (before !== undefined) {
      yield `${JSON.stringify({ chain_continue: before.hash, prev_file: `${utcDate(before.at)}.jsonl` })}\n`;
    }
    for await (const record of ledger.stream(day)) yield `${record.text}\n`;
  };
  void reply
    .type('application/jsonl')
    .header('content-disposition', `attachment; filename="rampart-audit-${date}.jsonl"`)
    .send(Readable.from(lines()));
}

/** `GET /v1/audit/stats` */
export function auditStats(rampart: Rampart) {
  return (request: FastifyRequest, reply: FastifyReply): void => answerWith(reply, stats(rampart, request));
}

async function stats(rampart: Rampart, query: Query): Promise<Answer> {
  const { ledger, clock } = rampart.engine;
  const today = utcDate(clock.now());
  const from = oneDay(queryParam(query, 'from') || today, 'invalid from date');
  const to = oneDay(queryParam(query, 'to') || today, 'invalid to date');
  if (to.from < from.from) throw badRequest('to date must not be before from date');
  if ((to.from - from.from) / DAY_MS >= MAX_RANGE_DAYS) {
    throw badRequest(`audit stats range cannot exceed ${MAX_RANGE_DAYS} days`);
  }
  await ledger.assertSound(CHAIN);
  const range: RecordFilter = { chain: CHAIN, from: from.from, to: to.to };
  const [total, byAction, byTool, byAgent, bySession] = await Promise.all([
    ledger.count(range),
    ledger.tally(range, 'verdict'),
    ledger.tally(range, 'subject'),
    ledger.tally(range, 'actor'),
    ledger.tally(range, 'session'),
  ]);
  return json(200, {
    total_events: total,
    by_action: byAction,
    by_tool: byTool,
    by_agent: named(byAgent),
    by_session: named(bySession),
  });
}

const named = (tally: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(tally).filter(([name]) => name !== ''));

/** @throws RequestFailure 400 */
function oneDay(date: string, complaint: string): { chain: string; from: number; to: number } {
  const from = dayStart(date);
  if (from === undefined) throw badRequest(complaint);
  return { chain: CHAIN, from, to: from + DAY_MS };
}

/** A whole number above zero; 0 for anything else. */
function positive(query: Query, name: string): number {
  const value = queryParam(query, name);
  return /^\d{1,9}$/.test(value) ? Number(value) : 0;
}

type Column = 'subject' | 'verdict' | 'actor' | 'session';

function columnFilter(query: Query, columns: Readonly<Record<string, Column>>): Partial<Record<Column, string>> {
  const wanted = Object.entries(columns).flatMap(([name, column]) => {
    const value = queryParam(query, name);
    // No column holds a NUL: whoever filters by one finds nothing, as with any other unknown name.
    return value === '' ? [] : [[column, value.replaceAll('\0', '\ufffd')] as const];
  });
  return Object.fromEntries(wanted);
}
