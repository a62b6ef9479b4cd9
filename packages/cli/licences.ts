import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the package that a bundled file came from; undefined for the workspace's own. */
function packageOf(input: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

function licenceText(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  return file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
}

/**
 * Writes what the licences of the bundled packages ask for: their names, and their texts.
 *
 * @param metafile - esbuild's list of what went into the bundle; removed afterwards.
 */
export function writeLicences(metafile: string, target: string): void {
  const { inputs }: { inputs: Record<string, unknown> } = JSON.parse(readFileSync(metafile, 'utf8'));
  const folders = new Set(Object.keys(inputs).flatMap((input) => packageOf(input) ?? []));
  const texts = new Map<string, string>();
  for (const folder of [...folders].filter((candidate) => existsSync(join(candidate, 'package.json')))) {
    const manifest: { name: string; version: string; license?: string } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    const title = `${manifest.name} ${manifest.version} (${manifest.license ?? 'see its text'})`;
    texts.set(title, `${title}\n\n${licenceText(folder)}\n`);
  }
  const sorted = [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  writeFileSync(target, `This program contains the following packages.\n\n${sorted.join(`\n${'-'.repeat(80)}\n\n`)}`);
  rmSync(metafile);
}
