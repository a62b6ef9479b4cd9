import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pnpm } from '../../setup/install.mjs';
import { CACHE } from '../../setup/root.mjs';
import { workspace } from '../../setup/workspace.mjs';

/** A published package as it would go to the registry. */
export interface Packed {
  readonly name: string;
  readonly dir: string;
  /** The tarball. */
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  /** Paths within. */
  readonly contents: readonly string[];
}

const field = (value: unknown, key: string): unknown => Reflect.get(Object(value), key);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

async function packAll(): Promise<readonly Packed[]> {
  const folder = join(CACHE, 'tarballs');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const output = await pnpm(['-r', '--filter', './packages/*', 'pack', '--pack-destination', folder, '--json']);
  const entries = list(JSON.parse(output));
  return workspace().flatMap(({ name, dir, published }) => {
    if (!published) return [];
    const entry = entries.find((candidate) => field(candidate, 'name') === name);
    const contents = list(field(entry, 'files')).map((file) => String(field(file, 'path')));
    return [{ name, dir, file: String(field(entry, 'filename')), size: Number(field(entry, 'size')), contents }];
  });
}

let packed: Promise<readonly Packed[]> | undefined;

/** Packs every published package, once per run. */
export function pack(): Promise<readonly Packed[]> {
  packed ??= packAll();
  return packed;
}
