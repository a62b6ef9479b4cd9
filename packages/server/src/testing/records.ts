import type { RampartEvent } from '@sallyport/verify';
import type { RecordDraft, Unit } from '../engine/unit.js';
import { TEST_START } from './engines.js';

/** The chain of tests; register it with the Rampart formula. */
export const TEST_CHAIN = 'rampart/default';

/** A record of that chain. */
export function testRecord(id: string, more: Partial<RecordDraft> = {}): RecordDraft {
  const draft: RampartEvent = {
    id,
    timestamp: '2026-04-11T14:30:00Z',
    agent: 'my-agent',
    session: 's1',
    host: { hostname: 'build-1', os: 'linux', arch: 'amd64' },
    tool: 'exec',
    request: { command: 'git status' },
    decision: { action: 'allow', evaluation_time_us: 12 },
  };
  return {
    chain: TEST_CHAIN,
    id,
    at: TEST_START,
    actor: 'my-agent',
    session: 's1',
    subject: 'exec',
    verdict: 'allow',
    link: id,
    draft,
    ...more,
  };
}

/** A unit that appends one record, and answers with its id. */
export const appending = (id: string, more: Partial<RecordDraft> = {}): Unit<string> => ({
  chains: [TEST_CHAIN],
  load: [],
  decide: () => ({ records: [testRecord(id, more)], answer: id }),
});
