import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, readFile, stat, unlink } from 'node:fs/promises';
import { ConfigurationError } from '@sallyport/core';
import type { StoreAddress } from '../store/open.js';

/** The environment variable that holds the master key. */
export const MASTER_KEY_VARIABLE = 'SALLYPORT_MASTER_KEY';

const KEY_BYTES = 32;

function keyIn(text: string): Buffer | undefined {
  const trimmed = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  return key.length === KEY_BYTES ? key : undefined;
}

/**
 * Reads a master key: 32 bytes, as 64 hex digits or base64.
 *
 * @param where - what to call it in an error; the key itself is never shown.
 * @throws ConfigurationError
 */
function parseMasterKey(text: string, where: string): Buffer {
  const key = keyIn(text);
  if (key !== undefined) return key;
  throw new ConfigurationError(
    `${where} must be 32 bytes as base64 or hex. Make one with: openssl rand -base64 ${KEY_BYTES}`,
  );
}

const codeOf = (error: unknown): unknown => (error instanceof Error ? Reflect.get(error, 'code') : undefined);

async function readKeyFile(path: string, isSealed: boolean): Promise<Buffer | undefined> {
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
  const text = await readFile(path, 'utf8');
  if (isSealed && keyIn(text) === undefined) {
    throw new ConfigurationError(`The key file ${path} holds no key (32 bytes as base64): ${RESTORE_KEY}.`);
  }
  return parseMasterKey(text, `The key file ${path}`);
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

/** What to do about a key that is not the one that a database was begun with. */
const RESTORE_KEY = `restore it from your backup, or set ${MASTER_KEY_VARIABLE} to the key`;

/**
 * The key file beside a database, made at the first start.
 *
 * @param isSealed - whether the database holds secrets already, which no new key would open.
 * @throws ConfigurationError when it is damaged, missing beside sealed secrets, or can be read by others.
 */
async function keyFile(path: string, isSealed: boolean): Promise<Buffer> {
  const found = await readKeyFile(path, isSealed);
  if (found !== undefined) return found;
  if (isSealed) {
    throw new ConfigurationError(`The key file ${path} is missing, and the database holds secrets: ${RESTORE_KEY}.`);
  }
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
 * @param isSealed - whether the store holds secrets that were sealed before.
 * @throws ConfigurationError for a bad key, and when several replicas would each need to be told it.
 */
export async function masterKeyFor(store: StoreAddress, given: string | undefined, isSealed = false): Promise<Buffer> {
  if (given !== undefined) return parseMasterKey(given, 'masterKey');
  const variable = process.env[MASTER_KEY_VARIABLE];
  if (variable !== undefined && variable !== '') return parseMasterKey(variable, MASTER_KEY_VARIABLE);
  switch (store.kind) {
    case 'memory':
      return randomBytes(KEY_BYTES);
    case 'sqlite':
      return keyFile(`${store.at}.key`, isSealed);
    case 'postgres':
      throw new ConfigurationError(
        `With PostgreSQL, set ${MASTER_KEY_VARIABLE} to 32 bytes as base64 or hex, the same for every replica. ` +
          `Make one with: openssl rand -base64 ${KEY_BYTES}`,
      );
  }
}
