import { randomUUID } from 'node:crypto';
import { type FSWatcher, statSync, watch as watchFs } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { changeOwn, type FileWatch, type OwnFiles } from './files.js';

const MISSING = new Set(['ENOENT', 'ENOTDIR']);

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && MISSING.has(error.code);
}

async function unlessMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function read(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  // Opening a pipe would wait for its writer, so what it is comes first.
  const found = await unlessMissing(() => stat(path));
  if (!found) return undefined;
  if (!found.isFile()) throw new Error(`${path} is not a regular file`);
  const handle = await unlessMissing(() => open(path, 'r'));
  try {
    const bytes = handle && Buffer.alloc(Math.min(found.size, maxBytes) + 1);
    if (!bytes) return undefined;
    let length = 0;
    for (let got = 1; got > 0 && length < bytes.length; length += got) {
      got = (await handle.read(bytes, length, bytes.length - length)).bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await handle?.close();
  }
}

async function list(directory: string): Promise<readonly string[] | undefined> {
  return (await unlessMissing(() => readdir(directory)))?.sort();
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function replace(path: string, text: string): Promise<void> {
  const directory = dirname(path);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const temporary = join(directory, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  // Windows cannot open directories, and needs no such call.
  if (process.platform !== 'win32') await sync(directory);
}

/** Which directory is at a path; the time of birth tells a new one from an old one whose number it was given. */
function identityOf(directory: string): string | undefined {
  try {
    const { dev, ino, birthtimeNs } = statSync(directory, { bigint: true });
    return [dev, ino, birthtimeNs].join(' ');
  } catch {
    return undefined;
  }
}

function watch(directory: string, changed: (name: string | undefined) => void): FileWatch {
  const watched = identityOf(directory);
  const isStale = () => identityOf(directory) !== watched;
  let watcher: FSWatcher;
  try {
    watcher = watchFs(directory, { persistent: false }, (_event, name) => changed(name ?? undefined));
  } catch (error) {
    if (isMissing(error)) return { isStale, close: () => undefined };
    throw error;
  }
  watcher.on('error', () => changed(undefined));
  return { isStale, close: () => watcher.close() };
}

/** The machine's own file system. */
export const diskFiles: OwnFiles = {
  ...{ read, list, replace, watch },
  change: (path, maxBytes, change) => changeOwn(diskFiles, path, maxBytes, change),
};
