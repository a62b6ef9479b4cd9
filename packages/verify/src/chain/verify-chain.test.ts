import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VerificationError } from '../errors.js';
import { rootOf } from '../merkle/frontier.js';
import { leafHash } from '../merkle/hash.js';
import { codeOf, flipped } from '../testing/codes.js';
import { chainOf, rampartChain, rampartEvent } from '../testing/records.js';
import { rampartFormula as formula } from './rampart.js';
import type { RampartEvent } from './rampart-event.js';
import { ChainVerifier } from './verifier.js';
import { verifyChain, verifyChainSync } from './verify-chain.js';

const lines = rampartChain(12);
const head = formula.read(lines.at(-1) ?? '').hash;
const headAt = (count: number) => (count === 0 ? '' : formula.read(lines[count - 1] ?? '').hash);
const bytes = Buffer.from(`${lines.join('\n')}\n`);
const without = (index: number) => lines.toSpliced(index, 1);

test('a sound chain is reported with its count and head', async () => {
  const report = { ok: true, count: 12, head, anchored: true };
  expect(verifyChainSync(lines, { formula })).toEqual(report);
  expect(verifyChainSync([bytes], { formula })).toEqual(report);
  expect(await verifyChain(Readable.from([bytes]), { formula })).toEqual(report);
  expect(await verifyChain(lines, { formula })).toEqual(report);
});

test('a verifier that was driven by hand takes nothing after a bad record', () => {
  const verifier = new ChainVerifier({ formula });
  expect(lines.slice(0, 3).map((line) => verifier.push(line))).toEqual([true, true, true]);
  expect(verifier.push(lines[4] ?? '')).toBe(false);
  expect(verifier.push(lines[3] ?? '')).toBe(false);
  expect(verifier.refuse(new VerificationError('bad_encoding', 'later'))).toBe(false);
  expect(verifier.finish()).toMatchObject({ ok: false, count: 3, firstBad: { line: 4, code: 'broken_link' } });
});

test('a mistake in a formula is no finding about the chain', () => {
  const broken = {
    ...formula,
    rehash(): string {
      throw new TypeError('a bug');
    },
  };
  expect(() => verifyChainSync(lines, { formula: broken })).toThrow(TypeError);
});

test('an empty chain is sound', () => {
  expect(verifyChainSync([], { formula })).toEqual({ ok: true, count: 0, head: '', anchored: true });
});

test('property: it does not matter where chunks are cut, nor whether the last line is ended', () => {
  const cuts = fc.array(fc.nat(bytes.length), { maxLength: 40 });
  fc.assert(
    fc.property(cuts, fc.boolean(), (at, ended) => {
      const whole = ended ? bytes : bytes.subarray(0, -1);
      const edges = [0, ...at.toSorted((a, b) => a - b), whole.length];
      const chunks = edges.slice(1).map((edge, index) => whole.subarray(edges[index], edge));
      expect(verifyChainSync(chunks, { formula })).toMatchObject({ ok: true, count: 12 });
    }),
  );
});

describe('the first bad record is named', () => {
  test('changed content: bad_hash', () => {
    const changed = lines.with(4, (lines[4] ?? '').replace('"allow"', '"ALLOW"'));
    expect(verifyChainSync(changed, { formula })).toEqual({
      ok: false,
      count: 4,
      head: headAt(4),
      anchored: true,
      firstBad: { line: 5, id: rampartEvent(4).id, code: 'bad_hash', message: expect.stringContaining('changed') },
    });
  });

  test('a removed record: broken_link at the one after it', () => {
    expect(verifyChainSync(without(4), { formula }).firstBad).toMatchObject({
      line: 5,
      id: rampartEvent(5).id,
      code: 'broken_link',
    });
  });

  test('two records swapped: broken_link', () => {
    const swapped = lines.with(2, lines[3] ?? '').with(3, lines[2] ?? '');
    expect(verifyChainSync(swapped, { formula }).firstBad).toMatchObject({ line: 3, code: 'broken_link' });
  });

  test('a record sealed again after a change: broken_link at the one after it', () => {
    const forged = formula.seal({ ...rampartEvent(4), tool: 'other' }, headAt(4)).text;
    expect(verifyChainSync(lines.with(4, forged), { formula }).firstBad).toMatchObject({
      line: 6,
      code: 'broken_link',
    });
  });

  test('what is no record: malformed_record', () => {
    expect(verifyChainSync([...lines, '{"a":1}'], { formula }).firstBad).toMatchObject({
      line: 13,
      code: 'malformed_record',
    });
  });

  test('bytes that are not UTF-8: bad_encoding, even where U+FFFD would stand for them', () => {
    const { text } = formula.seal({ ...rampartEvent(0), request: { command: '\ufffd' } }, '');
    const [before = '', after = ''] = text.split('\ufffd');
    const forged = Buffer.concat([Buffer.from(before), Buffer.from([0xff]), Buffer.from(`${after}\n`)]);
    expect(forged.toString()).toBe(`${text}\n`);
    expect(verifyChainSync([forged], { formula }).firstBad).toMatchObject({ line: 1, code: 'bad_encoding' });
    expect(verifyChainSync([forged.subarray(0, -1)], { formula }).firstBad).toMatchObject({
      line: 1,
      code: 'bad_encoding',
    });
    const later = Buffer.concat([bytes, forged, bytes]);
    expect(verifyChainSync([later], { formula }).firstBad).toMatchObject({ line: 13, code: 'bad_encoding' });
  });

  test('text with half a surrogate pair, which hashes like U+FFFD: bad_hash', () => {
    const { text } = formula.seal({ ...rampartEvent(0), request: { command: '\ufffd' } }, '');
    expect(verifyChainSync([text.replace('\ufffd', '\ud800')], { formula }).firstBad?.code).toBe('bad_hash');
  });

  test('lines are counted with the empty ones', () => {
    expect(verifyChainSync(['', ...without(0)], { formula, from: { count: 0, head: '' } }).firstBad?.line).toBe(2);
  });
});

test('a line longer than the limit is refused before it fills the memory', () => {
  let taken = 0;
  function* endless(): Generator<Buffer> {
    for (; taken < 1000; taken++) yield Buffer.alloc(1024, 'x');
  }
  const report = verifyChainSync(endless(), { formula, maxLineBytes: 10_000 });
  expect(report.firstBad).toMatchObject({ line: 1, code: 'malformed_record' });
  expect(taken).toBeLessThan(12);
});

test('reading stops at the first bad record and closes the source', async () => {
  let [taken, closed] = [0, false];
  async function* source(): AsyncGenerator<string> {
    try {
      for (const line of without(3)) {
        taken++;
        yield line;
      }
    } finally {
      closed = true;
    }
  }
  expect((await verifyChain(source(), { formula })).firstBad?.line).toBe(4);
  expect([taken, closed]).toEqual([4, true]);
});

test('an error of the source is passed on', async () => {
  async function* source(): AsyncGenerator<string> {
    yield lines[0] ?? '';
    throw new Error('disk');
  }
  await expect(verifyChain(source(), { formula })).rejects.toThrow('disk');
});

describe('positions saved earlier', () => {
  test('a later file is verified from the report of the one before it', () => {
    const first = verifyChainSync(lines.slice(0, 5), { formula });
    expect(verifyChainSync(lines.slice(5), { formula, from: first })).toEqual({
      ok: true,
      count: 12,
      head,
      anchored: true,
    });
    expect(verifyChainSync(lines.slice(6), { formula, from: first }).firstBad?.code).toBe('broken_link');
  });

  test('a chain that ends before the expected position: cut_tail', () => {
    const expected = { count: 12, head };
    expect(verifyChainSync(lines, { formula, expected }).ok).toBe(true);
    expect(verifyChainSync(lines.slice(0, 11), { formula, expected }).firstBad).toMatchObject({
      line: 12,
      code: 'cut_tail',
    });
    expect(verifyChainSync([], { formula, expected }).firstBad).toMatchObject({ line: 1, code: 'cut_tail' });
  });

  test('another history up to the expected position: rewritten', () => {
    const other = chainOf(
      formula,
      lines.map((_, number) => rampartEvent(number + 100)),
    );
    expect(verifyChainSync(other, { formula }).ok).toBe(true);
    expect(verifyChainSync(other, { formula, expected: { count: 7, head: headAt(7) } }).firstBad).toMatchObject({
      line: 7,
      code: 'rewritten',
    });
  });

  test('another head at the very start: rewritten', () => {
    const options = { formula, from: { count: 3, head: headAt(3) }, expected: { count: 3, head: headAt(2) } };
    expect(verifyChainSync(lines.slice(3), options).firstBad?.code).toBe('rewritten');
  });

  test('an expected position before the given lines is a mistake of the caller', () => {
    expect(codeOf(() => verifyChainSync([], { formula, from: { count: 3, head }, expected: { count: 2, head } }))).toBe(
      'index_range',
    );
  });
});

describe('a signed checkpoint', () => {
  const root = rootOf(lines.slice(0, 7).map((line) => leafHash(line)));

  test('covers the first records by the root over them', () => {
    expect(verifyChainSync(lines, { formula, checkpoint: { size: 7, root } }).ok).toBe(true);
    expect(verifyChainSync(lines, { formula, checkpoint: { size: 0, root: rootOf([]) } }).ok).toBe(true);
  });

  test('of another history: rewritten', () => {
    const checkpoint = { size: 7, root: flipped(root, 9) };
    expect(verifyChainSync(lines, { formula, checkpoint }).firstBad).toMatchObject({ line: 7, code: 'rewritten' });
  });

  test('of a longer log: cut_tail', () => {
    expect(verifyChainSync(lines, { formula, checkpoint: { size: 13, root } }).firstBad?.code).toBe('cut_tail');
  });

  test('needs the chain from its beginning', () => {
    const from = { count: 3, head: headAt(3) };
    expect(codeOf(() => verifyChainSync([], { formula, from, checkpoint: { size: 7, root } }))).toBe(
      'unanchored_range',
    );
  });
});

describe('a range of a chain', () => {
  test('that begins in the middle is refused: unanchored_range', () => {
    expect(verifyChainSync(lines.slice(5), { formula }).firstBad).toMatchObject({ line: 1, code: 'unanchored_range' });
  });

  test('can be accepted, and the report says so', () => {
    expect(verifyChainSync(lines.slice(5), { formula, unanchored: 'accept' })).toEqual({
      ok: true,
      count: 7,
      head,
      anchored: false,
    });
  });

  test('is not accepted where a saved position is to be found in it', () => {
    const options = { formula, unanchored: 'accept', expected: { count: 7, head } } as const;
    expect(verifyChainSync(lines.slice(5), options).firstBad?.code).toBe('unanchored_range');
  });

  test('is not accepted twice', () => {
    const torn = [...lines.slice(5, 7), ...lines.slice(9)];
    expect(verifyChainSync(torn, { formula, unanchored: 'accept' }).firstBad).toMatchObject({
      line: 3,
      code: 'broken_link',
    });
  });
});

describe('Rampart continuation lines', () => {
  const continuation = (hash: string, file = '2026-04-11.jsonl') =>
    `{"chain_continue":"${hash}","prev_file":"${file}"}`;
  const onDay = (day: number) => (event: RampartEvent) => ({ ...event, timestamp: `2026-04-${day}T00:00:01Z` });
  const numbers = Array.from({ length: 7 }, (_, number) => rampartEvent(number + 5));
  // Five records of the eleventh, seven of the twelfth.
  const first = rampartChain(5);
  const two = chainOf(formula, [
    ...Array.from({ length: 5 }, (_, number) => rampartEvent(number)),
    ...numbers.map(onDay(12)),
  ]);
  const next = two.slice(5);
  const joint = formula.read(first.at(-1) ?? '').hash;
  const badOf = (given: readonly string[], options: object = {}) =>
    verifyChainSync(given, { formula, ...options }).firstBad;

  test('join the files of two days', () => {
    const rotated = [...first, continuation(joint), ...next];
    expect(verifyChainSync(rotated, { formula })).toMatchObject({ ok: true, count: 12 });
    const later = [continuation(joint), ...next];
    const from = { count: 5, head: joint };
    expect(verifyChainSync(later, { formula, from })).toMatchObject({ ok: true, count: 12 });
    expect(verifyChainSync(later.slice(0, 1), { formula, from }).ok).toBe(true);
  });

  test('begin a file, also one of the same day, where that file is given by itself', () => {
    const later = [continuation(headAt(5), '2026-04-11.p1.jsonl'), ...lines.slice(5)];
    expect(verifyChainSync(later, { formula, from: { count: 5, head: headAt(5) } }).ok).toBe(true);
  });

  test('in the middle of a day: misplaced_continuation', () => {
    const bad = badOf([...lines.slice(0, 5), continuation(headAt(5)), ...lines.slice(5)]);
    // It is the record after the line that tells.
    expect(bad).toMatchObject({ line: 7, code: 'misplaced_continuation' });
    expect(bad?.message).toContain('of the same day, 2026-04-11, whose file was not full');
  });

  test.each([
    ['another day', '2026-04-10.jsonl'],
    ['no file of a log', 'elsewhere.jsonl'],
    ['nothing', ''],
  ])('that go on from %s: misplaced_continuation', (_what, file) => {
    expect(badOf([...first, continuation(joint, file), ...next])?.code).toBe('misplaced_continuation');
  });

  test('twice in a row, or before the very first record: misplaced_continuation', () => {
    const line = continuation(joint);
    expect(badOf([...first, line, line, ...next])).toMatchObject({ line: 7, code: 'misplaced_continuation' });
    expect(badOf([continuation(''), ...lines])).toMatchObject({ line: 1, code: 'misplaced_continuation' });
  });

  test('join the parts of a day that was rotated at 100 MiB', () => {
    const command = 'x'.repeat(4 * 1024 * 1024);
    const big = Array.from({ length: 26 }, (_, number) => ({ ...rampartEvent(number), request: { command } }));
    const sealed = chainOf(formula, big);
    const join = (at: number) => [
      ...sealed.slice(0, at),
      continuation(formula.read(sealed[at - 1] ?? '').hash, '2026-04-11.p1.jsonl'),
      ...sealed.slice(at),
    ];
    expect(verifyChainSync(join(25), { formula })).toMatchObject({ ok: true, count: 26 });
    expect(badOf(join(24))?.code).toBe('misplaced_continuation');
  });

  test('that claim another hash: broken_link', () => {
    expect(badOf([...first, continuation(headAt(4)), ...next])).toMatchObject({ line: 6, code: 'broken_link' });
  });

  test('anchor nothing by themselves: unanchored_range', () => {
    const later = [continuation(headAt(5)), ...lines.slice(5)];
    expect(badOf(later)).toMatchObject({ line: 1, code: 'unanchored_range' });
    expect(verifyChainSync(later, { formula, unanchored: 'accept' })).toMatchObject({ ok: true, anchored: false });
    const broken = badOf([later[0] ?? '', ...lines.slice(6)], { unanchored: 'accept' });
    expect(broken).toMatchObject({ line: 2, code: 'broken_link' });
  });
});
