import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flipped } from '../testing/codes.js';
import { chainOf, rampartChain } from '../testing/records.js';
import { canonicalFormula } from './canonical.js';
import { rampartFormula } from './rampart.js';
import { verifyChainSync } from './verify-chain.js';

const drafts = Array.from({ length: 6 }, (_, id) => ({ id: `e${id}`, cost: 1e21, note: 'é\u000b', list: [1.5, null] }));
const sha = canonicalFormula();
const hmac = canonicalFormula({ algorithm: 'hmac-sha256', key: 'secret' });

const chains = [
  { name: 'Rampart', formula: rampartFormula, lines: rampartChain(6) },
  { name: 'canonical SHA-256', formula: sha, lines: chainOf(sha, drafts) },
  { name: 'canonical HMAC', formula: hmac, lines: chainOf(hmac, drafts) },
];

// Where the first record names another predecessor, the lines seem to begin in the middle of a chain.
const codes = ['bad_encoding', 'bad_hash', 'broken_link', 'malformed_record', 'unanchored_range'];

test.each(chains)('property: any flipped bit of a $name export is found, at its record', ({ formula, lines }) => {
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  const last = formula.read(lines.at(-1) ?? '');
  const expected = { count: lines.length, head: last.hash };
  fc.assert(
    fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
      const report = verifyChainSync([flipped(bytes, bit)], { formula, expected });
      const lineBreaks = bytes.subarray(0, Math.floor(bit / 8)).filter((byte) => byte === 0x0a).length;
      expect(report.ok).toBe(false);
      expect(report.firstBad?.line).toBe(lineBreaks + 1);
      expect(codes).toContain(report.firstBad?.code);
    }),
    { numRuns: 500 },
  );
});

test.each(chains)('every bit of one $name record counts', ({ formula, lines: [line = '', next = ''] }) => {
  for (let bit = 0; bit < Buffer.byteLength(line) * 8; bit++) {
    const changed = Buffer.concat([flipped(Buffer.from(line), bit), Buffer.from(`\n${next}\n`)]);
    expect(verifyChainSync([changed], { formula }).firstBad?.line, `bit ${bit}`).toBe(1);
  }
});
