import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../../engine/log.js';
import { meshTest } from '../testing.js';
import { readPolicyFiles } from './files.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-meshguard-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const policy = (name: string, actions: string) =>
  `name: ${name}\nversion: '1'\nappliesTo: { tags: [development] }\nrules: [{ effect: allow, actions: ['${actions}'] }]\ndefaultEffect: deny\n`;

test('an invalid file is skipped with a warning, the others stay', async () => {
  await writeFile(join(folder, 'a.yaml'), policy('a', 'x:*'));
  await writeFile(join(folder, 'b.yml'), 'name: b\nrules: []\n');
  await writeFile(join(folder, 'c.json'), JSON.stringify({ name: 'c', rules: [{ effect: 'deny', actions: ['*'] }] }));
  await writeFile(join(folder, 'd.yaml'), 'a: [');
  await writeFile(join(folder, 'e.yaml'), policy('a', 'other:*'));
  await writeFile(join(folder, 'notes.txt'), 'no policy');
  const warned: object[] = [];
  const log = { ...silentLog(), warn: (fields: object) => void warned.push(fields) };
  expect((await readPolicyFiles(folder, log)).map(({ name }) => name)).toEqual(['a', 'c']);
  expect(warned).toHaveLength(3);
});

test('a directory that is not there is told at the start', async () => {
  await expect(meshTest({ meshguard: { policyDirectory: join(folder, 'none') } })).rejects.toThrow(
    'meshguard.policyDirectory',
  );
});

test('files count, an applied policy of the same name wins, and reloading reads them again', async () => {
  await writeFile(join(folder, 'a.yaml'), policy('a', 'x:*'));
  const t = await meshTest({ meshguard: { policyDirectory: folder } });
  try {
    expect((await t.check('x:1')).status).toBe(200);
    expect((await t.admin('DELETE', '/admin/policies/a')).status).toBe(409);
    await t.admin('POST', '/admin/policies', policy('a', 'y:*'));
    expect((await t.check('x:1')).status).toBe(403);
    expect((await t.check('y:1')).status).toBe(200);
    await t.admin('DELETE', '/admin/policies/a');
    expect((await t.check('x:1')).status).toBe(200);
    await writeFile(join(folder, 'a.yaml'), policy('a', 'z:*'));
    expect((await t.check('z:1')).status).toBe(403);
    expect((await t.admin('POST', '/admin/policies/reload')).body).toEqual({ status: 'reloaded', policies: 2 });
    expect((await t.check('z:1')).status).toBe(200);
  } finally {
    await t.close();
  }
});
