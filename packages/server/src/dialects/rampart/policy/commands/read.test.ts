import { describe, expect, test } from 'vitest';
import { vectors } from '../testing.js';
import { readCommand } from './read.js';

interface CommandVector {
  readonly name: string;
  readonly command: string;
  readonly components: readonly string[];
  readonly normalised?: string;
  readonly assignments?: readonly string[];
}

describe('reading a command', () => {
  test.each(vectors<CommandVector>('commands'))('$name', ({ command, components, normalised, assignments }) => {
    const reading = readCommand(command);
    expect(reading.components.toSorted()).toEqual(components.toSorted());
    if (normalised !== undefined) expect(reading.normalised).toBe(normalised);
    if (assignments !== undefined) expect([...reading.assignments]).toEqual(assignments);
  });

  test('rm: one plain removal per operand, absolute and climbing ones cleaned', () => {
    const removalsOf = (command: string) => readCommand(command).simple.flatMap(({ removals }) => removals);
    expect(removalsOf('rm -fr /a/../b ./c ../d/. x > out')).toEqual([
      'rm -rf /b',
      'rm -rf ./c',
      'rm -rf ../d',
      'rm -rf x',
    ]);
    expect(removalsOf('rm -r x')).toEqual([]);
    expect(removalsOf('rm --recurs --force -- -x')).toEqual(['rm -rf -x']);
  });

  test('find: its targets when it deletes or runs rm', () => {
    const removalsOf = (command: string) => readCommand(command).simple.flatMap(({ removals }) => removals);
    expect(removalsOf('find -L /a b -name x -delete')).toEqual(['rm -rf /a', 'rm -rf b']);
    expect(removalsOf('find -delete')).toEqual(['rm -rf .']);
    expect(removalsOf('find /a -exec env busybox rm -f {}/.. +')).toEqual(['rm -rf /']);
    expect(removalsOf('find /a -exec ls {} +')).toEqual([]);
  });

  test('an honest script of many lines stays within the budget', () => {
    const lines = Array.from({ length: 200 }, (_, line) => `echo "it's line ${line}" | tee -a 'log ${line}'`);
    expect(readCommand(lines.join('\n')).overflow).toBe(false);
  });

  test('so does one with variables, comments, substitutions and here-documents', () => {
    const step = [
      '# step: it\'s "quoted"',
      'for file in "$DIR"/*.ts; do',
      '  count=`wc -l < "$file"`; echo "$file: $(date +%s) $count" >> "$LOG" 2>&1',
      'done | sort | uniq -c',
      "cat > out.txt <<'EOF'",
      "it's $not read",
      'EOF',
    ];
    const script = Array.from({ length: 20 }, (_, at) => step.join('\n').replaceAll('file', `file${at}`)).join('\n');
    expect(readCommand(`set -e\n${script}`).overflow).toBe(false);
  });

  test('substitutions nested without end exceed it', () => {
    expect(readCommand('$('.repeat(2000)).overflow).toBe(true);
  });
});
