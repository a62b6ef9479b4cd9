/**
 * Writes each profile of this folder as a module, because reading YAML would cost the server a good part of its start-up:
 *
 *     npx tsx --conditions=@sallyport/source packages/server/src/dialects/rampart/documents/profiles/generate.ts && npm run fix
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PolicyDocument } from '../../policy/model.js';
import { loadPolicies } from '../load.js';

const folder = new URL('.', import.meta.url);

/** The profiles as they are written, by name. */
export function writtenProfiles(): ReadonlyMap<string, PolicyDocument> {
  const names = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return new Map(
    names
      .map((file) => file.slice(0, -'.yaml'.length))
      .map((name) => [name, loadPolicies(readFileSync(new URL(`${name}.yaml`, folder)), `embedded:${name}`)]),
  );
}

function moduleOf(name: string, document: PolicyDocument): string {
  // Shell variables would look like forgotten template strings.
  const literal = JSON.stringify(document).replaceAll('$' + '{', '\\u0024{');
  return `// Made from ${name}.yaml by generate.ts; a test compares the two.
import type { PolicyDocument } from '../../policy/model.js';

export const profile: PolicyDocument = ${literal};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, document] of writtenProfiles()) {
    writeFileSync(new URL(`${name}.generated.ts`, folder), moduleOf(name, document));
  }
}
