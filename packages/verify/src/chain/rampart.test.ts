import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../testing/codes.js';
import { rampartEvent } from '../testing/records.js';
import { rampartFormula } from './rampart.js';
import type { RampartEvent } from './rampart-event.js';
import { verifyChainSync } from './verify-chain.js';

const host = { hostname: 'build-1', os: 'linux', arch: 'amd64' };

/** Written by Go's encoding/json from structs with the documented fields. */
const goLines = readFileSync(new URL('../../test-data/rampart-go.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');

const sameEvents: RampartEvent[] = [
  {
    id: '01JZ8Q4T5V6W7X8Y9Z0A1B2C3D',
    timestamp: '2026-04-11T14:30:00.123456789Z',
    agent: 'my-agent',
    session: 's1',
    host,
    run_id: '',
    tool: 'exec',
    request: { command: 'git status' },
    decision: { action: 'allow', matched_policies: [], evaluation_time_us: 12, message: '' },
  },
  {
    id: '01JZ8Q4T5V6W7X8Y9Z0A1B2C3E',
    timestamp: '2026-04-11T14:30:01Z',
    agent: 'a<b>&c',
    session: 'sé 😂\u2028',
    host,
    run_id: 'run-1',
    tool_call_id: 'call-1',
    approval_owner: { mode: 'hosted', host: 'openclaw' },
    tool: 'exec',
    request: {
      z: 1e21,
      command: 'rm -rf / && echo "x" > y',
      a: [1.5, -0, 1e-7, null, true],
      '😂': { b: 1, B: 2 },
      '\uffee': 3,
      10: 4,
      9: 5,
      'tab\t': '\u0001\u007f',
    },
    decision: {
      action: 'deny',
      matched_policies: ['standard', 'block-destructive'],
      evaluation_time_us: 31,
      message: 'Destructive command blocked',
      suggestions: ["rampart allow 'x'"],
    },
  },
  {
    id: '01JZ8Q4T5V6W7X8Y9Z0A1B2C3F',
    timestamp: '2026-04-11T14:30:02.5Z',
    agent: 'my-agent',
    session: 's1',
    host,
    tool: 'exec',
    request: {},
    decision: { action: 'allow', evaluation_time_us: 0 },
    response: { exit_code: 0, duration_ms: 7, flags: ['response-evaluated'] },
    compacted_fields: {
      request: { original_json_bytes: 3_000_000, sha256: 'sha256:ab', disposition: 'digest' },
      message: { original_json_bytes: 5000, sha256: 'sha256:cd', disposition: 'truncated' },
    },
  },
];

describe('Rampart audit records', () => {
  test('are sealed byte for byte as the Go implementation writes them', () => {
    let previous = rampartFormula.genesis;
    for (const [index, event] of sameEvents.entries()) {
      const { text, hash } = rampartFormula.seal(event, previous);
      expect(text).toBe(goLines[index]);
      previous = hash;
    }
  });

  test('written by the Go implementation verify', () => {
    expect(verifyChainSync(goLines, { formula: rampartFormula })).toMatchObject({ ok: true, count: 3 });
  });

  test('hash is SHA-256 over the previous hash and the record with its hash blanked', () => {
    const first = rampartFormula.seal(rampartEvent(0), '');
    const { text, hash } = rampartFormula.seal(rampartEvent(1), first.hash);
    const blanked = text.replace(hash, '');
    expect(hash).toBe(`sha256:${createHash('sha256').update(first.hash).update(blanked).digest('hex')}`);
  });

  test('the first event has an empty prev_hash', () => {
    expect(rampartFormula.seal(rampartEvent(0), rampartFormula.genesis).text).toContain(
      '"prev_hash":"","hash":"sha256:',
    );
  });

  test('half a surrogate pair in a request is recorded as U+FFFD', () => {
    const { text } = rampartFormula.seal({ ...rampartEvent(0), request: { command: '\ud800' } }, '');
    expect(text).toContain('{"command":"\ufffd"}');
    expect(verifyChainSync([text], { formula: rampartFormula }).ok).toBe(true);
  });

  test.each(['', '{}', 'null', '{"prev_hash":"","hash":"sha256:00"}', `${goLines[0]} `, `${goLines[0]}\r`])(
    'the line %j is no record',
    (line) => {
      expect(codeOf(() => rampartFormula.read(line))).toBe('malformed_record');
    },
  );

  test('the link is read from the members at the end only', () => {
    const nested = { prev_hash: 'sha256:no', hash: 'sha256:no' };
    const { text, hash } = rampartFormula.seal({ ...rampartEvent(0), request: nested }, '');
    expect(rampartFormula.read(text)).toEqual({ previous: '', hash });
    expect(rampartFormula.identify(text)).toBe(rampartEvent(0).id);
  });
});
