import { describe, expect, it } from 'vitest';
import { workerFlags } from './thread.js';

describe('workerFlags', () => {
  it('keeps what decides how modules load, with its values', () => {
    const flags = [
      '--conditions=a',
      '-C',
      'b',
      '--require',
      'tsx/cjs',
      '-r',
      './x.cjs',
      '--import=tsx',
      '--loader',
      'l',
    ];
    expect(workerFlags(flags)).toEqual(flags);
  });

  it('drops --input-type, code and everything a worker refuses', () => {
    const flags = ['--input-type=module', '-e', 'code', '--max-old-space-size=512', '--inspect', '--title', 'x'];
    expect(workerFlags(flags)).toEqual([]);
  });

  it('does not take the value of a flag for another flag', () => {
    expect(workerFlags(['--require'])).toEqual(['--require']);
  });
});
