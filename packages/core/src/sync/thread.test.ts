import { afterEach, describe, expect, it, vi } from 'vitest';
import { BlockingThread, workerFlags } from './thread.js';

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

describe('BlockingThread', () => {
  const { execArgv } = process;
  afterEach(() => {
    process.execArgv = execArgv;
  });

  it('says why it could not start', () => {
    // Without the hook that loads TypeScript, the worker cannot read this package's sources.
    process.execArgv = [];
    const thread = new BlockingThread();
    const watch = vi.fn();
    const ask = () => thread.ask({ op: 'new', module: 'none', name: 'None', args: [] }, watch);
    expect(ask).toThrow(/could not start: SyntaxError/);
    expect(thread.dead).toBe(true);
    expect(ask).toThrow(expect.objectContaining({ code: 'blocking_worker' }));
  });
});
