import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '@sallyport/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createEngine } from '../engine/create.js';
import { MASTER_KEY_VARIABLE, masterKeyFor } from './master-key.js';

const KEY = Buffer.alloc(32, 7);

describe('the master key', () => {
  let folder: string;
  let file: { kind: 'sqlite'; at: string };

  beforeEach(async () => {
    vi.stubEnv(MASTER_KEY_VARIABLE, '');
    folder = await mkdtemp(join(tmpdir(), 'sallyport-'));
    file = { kind: 'sqlite', at: join(folder, 'gateway.db') };
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  test.each([
    ['hex', KEY.toString('hex')],
    ['upper-case hex', KEY.toString('hex').toUpperCase()],
    ['base64', KEY.toString('base64')],
    ['base64 with a line break', `${KEY.toString('base64')}\n`],
  ])('is read as %s', async (_form, text) => {
    expect(await masterKeyFor({ kind: 'memory' }, text)).toEqual(KEY);
    vi.stubEnv(MASTER_KEY_VARIABLE, text);
    expect(await masterKeyFor({ kind: 'postgres', at: 'postgres://host/db' }, undefined)).toEqual(KEY);
    expect(await masterKeyFor(file, undefined)).toEqual(KEY);
    expect(await readdir(folder)).toEqual([]);
  });

  test.each(['too short', KEY.toString('hex').slice(2), KEY.toString('base64url').slice(3), '🔑'.repeat(8)])(
    'is refused as %j, without being shown',
    async (text) => {
      const refusal = masterKeyFor({ kind: 'memory' }, text);
      await expect(refusal).rejects.toThrow(ConfigurationError);
      await expect(refusal).rejects.not.toThrow(text);
      vi.stubEnv(MASTER_KEY_VARIABLE, text);
      await expect(masterKeyFor(file, undefined)).rejects.toThrow(MASTER_KEY_VARIABLE);
    },
  );

  test('is made beside a SQLite file, readable by its owner alone, and found again', async () => {
    const key = await masterKeyFor(file, undefined);
    expect(key).toHaveLength(32);
    expect(await masterKeyFor(file, undefined)).toEqual(key);
    expect(await readdir(folder)).toEqual(['gateway.db.key']);
    expect((await stat(`${file.at}.key`)).mode & 0o777).toBe(0o600);
    expect(await readFile(`${file.at}.key`, 'utf8')).toBe(`${key.toString('base64')}\n`);
  });

  test('is refused from a file that others can read, or that is damaged', async () => {
    await masterKeyFor(file, undefined);
    await chmod(`${file.at}.key`, 0o640);
    await expect(masterKeyFor(file, undefined)).rejects.toThrow(/chmod 600/);
    await chmod(`${file.at}.key`, 0o600);
    await writeFile(`${file.at}.key`, 'half');
    await expect(masterKeyFor(file, undefined)).rejects.toThrow(`${file.at}.key must be 32 bytes`);
  });

  test('is not made anew for a database that holds secrets, and no advice is given to do so', async () => {
    const made = masterKeyFor(file, undefined, true);
    await expect(made).rejects.toThrow(ConfigurationError);
    await expect(made).rejects.toThrow(
      `The key file ${file.at}.key is missing, and the database holds secrets: restore it from your backup, or set SALLYPORT_MASTER_KEY`,
    );
    expect(await readdir(folder)).toEqual([]);
    await writeFile(`${file.at}.key`, 'half', { mode: 0o600 });
    const read = masterKeyFor(file, undefined, true);
    await expect(read).rejects.toThrow(`The key file ${file.at}.key holds no key`);
    await expect(read).rejects.not.toThrow('openssl');
  });

  test('that is missing beside a database of an earlier start keeps the gateway from starting', async () => {
    const store = `sqlite:${file.at}`;
    await (await createEngine({ store })).close();
    await rm(`${file.at}.key`);
    await expect(createEngine({ store })).rejects.toThrow(`The key file ${file.at}.key is missing`);
    expect(await readdir(folder)).not.toContain('gateway.db.key');
    await writeFile(`${file.at}.key`, KEY.toString('base64'), { mode: 0o600 });
    await expect(createEngine({ store })).rejects.toThrow(/does not open: .* Restore the key file/);
  });

  test('cannot be made in a folder that is not there', async () => {
    const nowhere = { kind: 'sqlite', at: join(folder, 'no', 'gateway.db') } as const;
    await expect(masterKeyFor(nowhere, undefined)).rejects.toThrow(ConfigurationError);
  });

  test('is another one for each store in memory', async () => {
    const keys = await Promise.all([1, 2].map(() => masterKeyFor({ kind: 'memory' }, undefined)));
    expect(keys[0]).not.toEqual(keys[1]);
  });

  test('has to be given to replicas', async () => {
    const refusal = masterKeyFor({ kind: 'postgres', at: 'postgres://user:pw@host/db' }, undefined);
    await expect(refusal).rejects.toThrow(ConfigurationError);
    await expect(refusal).rejects.toThrow(MASTER_KEY_VARIABLE);
  });
});
