import { type RampartEvent, rampartFormula } from '@sallyport/verify';

/** An audit event of ordinary size; every one differs. */
export function event(index: number): RampartEvent {
  const at = new Date(Date.UTC(2026, 3, 11) + index);
  return {
    id: `01JZ8Q4T5V6W7X8Y9Z${String(index).padStart(8, '0')}`,
    timestamp: at.toISOString().replace('Z', '000000Z'),
    agent: 'bench-agent',
    session: 'bench-session',
    host: { hostname: 'bench', os: 'linux', arch: 'amd64' },
    run_id: 'run-1',
    tool_call_id: `call-${index}`,
    tool: 'exec',
    request: { command: `git log --oneline -n ${index}` },
    decision: {
      action: 'allow',
      matched_policies: ['allow-unmatched'],
      evaluation_time_us: 12,
      message: 'No matching standard policy rule',
    },
  };
}

/** So many sealed lines of one chain, one after another. */
export function* lines(count: number): Generator<string> {
  let head = rampartFormula.genesis;
  for (let index = 0; index < count; index++) {
    const { text, hash } = rampartFormula.seal(event(index), head);
    head = hash;
    yield text;
  }
}
