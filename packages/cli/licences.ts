import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Options } from 'tsup';

/** The folder of the package that a bundled file came from; undefined for the workspace's own. */
function packageOf(input: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

function licenceText(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  return file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
}

/** What the licences of bundled packages ask for: their names, and their texts. */
function licencesOf(inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap((input) => packageOf(input) ?? []));
  const texts = new Map<string, string>();
  for (const folder of [...folders].filter((candidate) => existsSync(join(candidate, 'package.json')))) {
    const manifest: { name: string; version: string; license?: string } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    const title = `${manifest.name} ${manifest.version} (${manifest.license ?? 'see its text'})`;
    texts.set(title, `${title}\n\n${licenceText(folder)}\n`);
  }
  const sorted = [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  return `This program contains the following packages.\n\n${sorted.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** Puts the licences of everything that was bundled beside the bundle. */
export const licences: Plugin = {
  name: 'licences',
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd(({ metafile }) => {
      const { outdir } = build.initialOptions;
      if (metafile === undefined || outdir === undefined) return;
      mkdirSync(outdir, { recursive: true });
      writeFileSync(join(outdir, 'THIRD-PARTY-LICENCES.txt'), licencesOf(Object.keys(metafile.inputs)));
    });
  },
};
