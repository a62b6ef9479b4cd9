import type { Query, Unit } from '../../../engine/unit.js';
import type { MeshGuard } from '../runtime.js';

const HOUR_MS = 3_600_000;
/** Analytics look back two periods of 30 days, trust and habits one: what is older counts for nothing. */
const KEPT_MS = 90 * 24 * HOUR_MS;
/** Rows of one turn, so that nobody waits for a sweep. */
const AT_ONCE = 500;

/** What is counted of decisions and delegations. The audit log has them all the same. */
const TABLES = {
  // An agent's latest decision tells how long it has been idle.
  meshguard_decisions:
    'AND EXISTS (SELECT 1 FROM meshguard_decisions AS later WHERE later.agent = old.agent AND later.at > old.at) ',
  meshguard_delegations: '',
} as const;

type Table = keyof typeof TABLES;

const outdated = (table: Table, orgId: string, now: number): Query => ({
  sql: `SELECT id, at FROM ${table} AS old WHERE org = ? AND at < ? ${TABLES[table]}ORDER BY at LIMIT ${AT_ONCE}`,
  params: [orgId, now - KEPT_MS],
});

/** Drops some of what is too old. Answers with how many. */
const dropping = (table: Table, orgId: string, now: number): Unit<number> => ({
  chains: [],
  load: [outdated(table, orgId, now)],
  decide: ([rows = []]) => ({
    writes:
      rows.length === 0
        ? []
        : [
            {
              // By organisation and time, which there is an index of.
              sql: `DELETE FROM ${table} WHERE org = ? AND at <= ? AND id IN (${rows.map(() => '?').join(', ')})`,
              params: [orgId, Number(rows.at(-1)?.['at']), ...rows.map(({ id }) => String(id))],
            },
          ],
    answer: rows.length,
  }),
});

/** Drops, every hour, what no rule and no report looks back to. */
export function dropOldFacts({ engine, orgs }: Pick<MeshGuard, 'engine' | 'orgs'>): { stop(): Promise<void> } {
  const { lane, clock, log } = engine;
  let timer: { cancel(): void } | undefined;
  let stopped = false;
  let sweeping: Promise<void> = Promise.resolve();

  const sweep = async () => {
    for (const orgId of await orgs.ids()) {
      for (const table of ['meshguard_decisions', 'meshguard_delegations'] as const) {
        let dropped = AT_ONCE;
        while (dropped === AT_ONCE && !stopped) dropped = await lane.run(dropping(table, orgId, clock.now()));
      }
    }
  };
  // Set again only when the last one is done: a clock that jumps ahead by years owes one sweep, and not thousands.
  const arm = () => {
    if (stopped) return;
    timer = clock.after(HOUR_MS, () => {
      sweeping = sweep()
        .catch((error: unknown) => log.warn({ err: error }, 'old decisions could not be swept'))
        .finally(arm);
    });
  };
  arm();
  return {
    stop() {
      stopped = true;
      timer?.cancel();
      return sweeping;
    },
  };
}
