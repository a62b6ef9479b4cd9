import type { ChainFormula } from '../chain/formula.js';
import { rampartFormula } from '../chain/rampart.js';
import type { RampartEvent } from '../chain/rampart-event.js';

/** An event that differs from all others by its number. */
export const rampartEvent = (number: number): RampartEvent => ({
  id: `01JZ8Q4T5V6W7X8Y9Z${String(number).padStart(8, '0')}`,
  timestamp: '2026-04-11T14:30:00.123456789Z',
  agent: 'my-agent',
  session: 's1',
  host: { hostname: 'build-1', os: 'linux', arch: 'amd64' },
  tool: 'exec',
  request: { command: `echo "é ${number}" && ls`, ratio: 0.5 },
  decision: { action: 'allow', evaluation_time_us: 12 },
});

/** The sealed lines of a chain. */
export function chainOf<Draft>(formula: ChainFormula<Draft>, drafts: Iterable<Draft>): string[] {
  let previous = formula.genesis;
  const lines: string[] = [];
  for (const draft of drafts) {
    const { text, hash } = formula.seal(draft, previous);
    lines.push(text);
    previous = hash;
  }
  return lines;
}

export const rampartChain = (count: number): string[] =>
  chainOf(
    rampartFormula,
    Array.from({ length: count }, (_, number) => rampartEvent(number)),
  );
