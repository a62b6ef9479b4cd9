import { describe, expect, it } from 'vitest';
import { isOverrideFile, mergeLayers } from './layers.js';
import { loadPolicies } from './load.js';

const document = (file: string, ...names: string[]) =>
  loadPolicies(`policies: [${names.map((name) => `{ name: ${name} }`).join(', ')}]`, file);

const shown = (layers: Parameters<typeof mergeLayers>[0]) =>
  mergeLayers(layers).map(({ file, policies }) => [file, ...policies.map(({ name }) => name)]);

describe('the layers of a policy store', () => {
  it('come as primary, directory, embedded', () => {
    const layers = {
      embedded: document('embedded:x', 'e'),
      directory: [document('d/a.yaml', 'a')],
      primary: document('p', 'p'),
    };
    expect(shown(layers)).toEqual([
      ['p', 'p'],
      ['d/a.yaml', 'a'],
      ['embedded:x', 'e'],
    ]);
  });

  it('let the primary file win a name', () => {
    const layers = { primary: document('p', 'same'), directory: [document('d/a.yaml', 'same', 'other')] };
    expect(shown(layers)).toEqual([
      ['p', 'same'],
      ['d/a.yaml', 'other'],
    ]);
  });

  it('let files on disk override the embedded profile', () => {
    const layers = { directory: [document('d/a.yaml', 'same')], embedded: document('embedded:x', 'same', 'other') };
    expect(shown(layers)).toEqual([
      ['d/a.yaml', 'same'],
      ['embedded:x', 'other'],
    ]);
  });

  it('refuse a name that two files of the directory define', () => {
    const layers = { directory: [document('d/a.yaml', 'same'), document('d/b.yaml', 'other', 'same')] };
    expect(() => mergeLayers(layers)).toThrow('engine: duplicate policy name "same", also in d/a.yaml:1 (d/b.yaml:1)');
  });

  it('put learned rules last in the directory', () => {
    const directory = ['auto-allowed.yaml', 'main.yaml', 'user-overrides.yaml'].map((name) => document(`d/${name}`));
    expect(shown({ directory })).toEqual([['d/main.yaml'], ['d/auto-allowed.yaml'], ['d/user-overrides.yaml']]);
  });

  it.each(['user-overrides.yaml', 'a/Auto-Allowed.YML', 'USER-OVERRIDES.yaml'])('know %s as learned rules', (file) =>
    expect(isOverrideFile(file)).toBe(true),
  );

  it.each(['user-overrides-2.yaml', 'auto-allowed/x.yaml', 'embedded:standard'])('know %s as written ones', (file) =>
    expect(isOverrideFile(file)).toBe(false),
  );
});
