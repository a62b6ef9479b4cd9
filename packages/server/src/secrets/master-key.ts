import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, readFile, stat, unlink } from 'node:fs/promises';
import { ConfigurationError } from '@sallyport/core';
import type { StoreAddress } from '../store/open.js';

/** The environment variable that holds the master key. */
export const MASTER_KEY_VARIABLE = 'SALLYPORT_MASTER_KEY';

const KEY_BYTES = 32;

/**
 * Reads a master key: 32 bytes, as 64 hex digits or base64.
 *
 * @param where - what to call it in an error; the key itself is never shown.
 * @throws ConfigurationError
 */
function parseMasterKey(text: string, where: string): Buffer {
  const trimmed = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new ConfigurationError(
    `${where} must be 32 bytes as base64 or hex. Make one with: openssl rand -base64 ${KEY_BYTES}`,
  );
}

const codeOf = (error: unknown): unknown => (error instanceof Error ? Reflect.get(error, 'code') : undefined);

async function readKeyFile(path: string): Promise<Buffer | undefined> {
  let mode: number;
  try {
    ({ mode } = await stat(path));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new ConfigurationError(`The key file ${path} cannot be read.`, { cause: error });
  }
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new ConfigurationError(`The key file ${path} can be read by others. Run: chmod 600 ${path}`);
  }
  return parseMasterKey(await readFile(path, 'utf8'), `The key file ${path}`);
}

async function writeKeyFile(path: string, key: Buffer): Promise<void> {
  // Written whole under another name first: a crash must not leave half a key, nor may a second start replace the first's.
  const temporary = `${path}.${process.pid}`;
  const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
  try {
    await file.writeFile(`${key.toString('base64')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(temporary, path);
  } finally {
    await unlink(temporary);
  }
}

/**
 * The key file beside a database, made at the first start.
 *
 * @throws ConfigurationError when it is damaged, or can be read by others.
 */
async function keyFile(path: string): Promise<Buffer> {
  const found = await readKeyFile(path);
  if (found !== undefined) return found;
  const key = randomBytes(KEY_BYTES);
  try {
    await writeKeyFile(path, key);
  } catch (error) {
    throw new ConfigurationError(
      `The key file ${path} cannot be written. Make the folder writable, or set ${MASTER_KEY_VARIABLE}.`,
      { cause: error },
    );
  }
  return key;
}

/**
 * Finds the key that a store's secrets are sealed under: the one given, the environment's, or a store's own.
 *
 * @throws ConfigurationError for a bad key, and when several replicas would each need to be told it.
 */
export async function masterKeyFor(store: StoreAddress, given: string | undefined): Promise<Buffer> {
  if (given !== undefined) return parseMasterKey(given, 'masterKey');
  const variable = process.env[MASTER_KEY_VARIABLE];
  if (variable !== undefined && variable !== '') return parseMasterKey(variable, MASTER_KEY_VARIABLE);
  switch (store.kind) {
    case 'memory':
      return randomBytes(KEY_BYTES);
    case 'sqlite':
      return keyFile(`${store.at}.key`);
    case 'postgres':
      throw new ConfigurationError(
        `With PostgreSQL, set ${MASTER_KEY_VARIABLE} to 32 bytes as base64 or hex, the same for every replica. ` +
          `Make one with: openssl rand -base64 ${KEY_BYTES}`,
      );
  }
}
