import { expect, test } from 'vitest';
import { dangerOf } from './dangerous.js';

test.each([...';|&`$()<>\n\r'])('a command with %j is refused with AEGIS-VAL-022', (char) => {
  expect(dangerOf('shell_exec', `ls ${char} x`)?.code).toBe('AEGIS-VAL-022');
  expect(dangerOf('tool_call', `ls ${char} x`)).toBeUndefined();
});

test.each(['.bashrc', '/home/u/.BASHRC', 'makefile', 'a/b/Dockerfile', './.git/hooks/pre-commit', '.claude/x/y'])(
  'writing %j is refused with AEGIS-VAL-023',
  (target) => {
    expect(dangerOf('file_write', target)?.code).toBe('AEGIS-VAL-023');
    expect(dangerOf('file_read', target)).toBeUndefined();
  },
);

test.each(['/repo/.git/hooks/x', 'notes.txt', 'package.json.bak', 'x/.github/workflows/ci.yml'])(
  'writing %j passes: directory patterns hold at the start of a path only',
  (target) => {
    expect(dangerOf('file_write', target)).toBeUndefined();
  },
);
