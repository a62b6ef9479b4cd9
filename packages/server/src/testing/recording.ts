import type { Query } from '../engine/unit.js';
import type { Store } from '../store/store.js';
import type { Reply, Work } from '../store/work.js';

/** Runs work and notes what it does, in order; `fail` makes a statement fail as if the store had. */
function* watched<T>(work: Work<T>, note: (sql: string) => void, fail: (sql: string) => Error | undefined): Work<T> {
  let step = work.next({ rows: [], changes: 0 });
  while (!step.done) {
    const query: Query = step.value;
    note(query.sql);
    let reply: Reply;
    try {
      reply = yield query;
      const failure = fail(query.sql);
      if (failure !== undefined) throw failure;
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next(reply);
  }
  return step.value;
}

/** A store whose writer can be watched and made to fail. */
export interface RecordedStore extends Store {
  /** The writer's statements, in order; tests may note more between them. */
  readonly notes: string[];
  /** Makes statements that match fail after they were executed, until it is set back. */
  failing: { readonly sql: RegExp; readonly error: Error } | undefined;
}

export function recorded(store: Store): RecordedStore {
  const notes: string[] = [];
  const own: RecordedStore = {
    kind: store.kind,
    shared: store.shared,
    db: store.db,
    faults: store.faults,
    notes,
    failing: undefined,
    migrate: (scope, migrations) => store.migrate(scope, migrations),
    all: (query) => store.all(query),
    fault: (fault) => store.fault(fault),
    close: () => store.close(),
    work: (work) =>
      store.work(
        watched(
          work,
          (sql) => notes.push(sql),
          (sql) => (own.failing?.sql.test(sql) ? own.failing.error : undefined),
        ),
      ),
  };
  return own;
}
