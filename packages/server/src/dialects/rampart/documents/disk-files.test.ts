import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskFiles } from './disk-files.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-files-'));
});

afterEach(() => rm(folder, { recursive: true }));

const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

describe('files on disk', () => {
  it('are read as bytes, up to one beyond the limit', async () => {
    await writeFile(join(folder, 'a'), '0123456789');
    expect(text(await diskFiles.read(join(folder, 'a'), 100))).toBe('0123456789');
    expect(text(await diskFiles.read(join(folder, 'a'), 4))).toBe('01234');
  });

  it('are undefined when they are not there', async () => {
    await writeFile(join(folder, 'a'), '');
    expect(await diskFiles.read(join(folder, 'missing'), 1)).toBeUndefined();
    expect(await diskFiles.read(join(folder, 'a', 'b'), 1)).toBeUndefined();
    expect(await diskFiles.list(join(folder, 'missing'))).toBeUndefined();
  });

  it('are refused when they are no files', async () => {
    await mkdir(join(folder, 'x.yaml'));
    await expect(diskFiles.read(join(folder, 'x.yaml'), 1)).rejects.toThrow('is not a regular file');
  });

  it('are followed through links', async () => {
    await writeFile(join(folder, 'a'), 'linked');
    await symlink('a', join(folder, 'b'));
    expect(text(await diskFiles.read(join(folder, 'b'), 100))).toBe('linked');
  });

  it('are listed in order', async () => {
    for (const name of ['b', 'a', 'c']) await writeFile(join(folder, name), '');
    expect(await diskFiles.list(folder)).toEqual(['a', 'b', 'c']);
  });

  it('are replaced as a whole, for the owner only, leaving nothing else behind', async () => {
    const path = join(folder, 'new', 'a.yaml');
    await diskFiles.replace(path, 'one');
    await diskFiles.replace(path, 'two');
    expect(await readFile(path, 'utf8')).toBe('two');
    expect(await readdir(join(folder, 'new'))).toEqual(['a.yaml']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('leave no half-written file behind when they cannot be replaced', async () => {
    await mkdir(join(folder, 'a.yaml', 'inside'), { recursive: true });
    await expect(diskFiles.replace(join(folder, 'a.yaml'), 'x')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['a.yaml']);
  });

  it('tell when they change, also by being replaced', async () => {
    let watch: ReturnType<typeof diskFiles.watch> | undefined;
    const seen = new Promise<string | undefined>((resolve) => {
      watch = diskFiles.watch(folder, (name) => name === 'a.yaml' && resolve(name));
    });
    await diskFiles.replace(join(folder, 'a.yaml'), 'x');
    expect(await seen).toBe('a.yaml');
    watch?.close();
  });

  it('cannot be watched where there is no directory', () => {
    expect(() => diskFiles.watch(join(folder, 'missing'), () => undefined).close()).not.toThrow();
  });
});
