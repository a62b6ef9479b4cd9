import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeOf } from './nodes.js';
import { create, PROJECTS } from './projects.js';
import { CommandFailure, run } from './shell.js';

// Installs the packed packages into empty projects and runs a whole round in each, on each Node line.
const { values } = parseArgs({
  options: {
    tarballs: { type: 'string' },
    cache: { type: 'string' },
    node: { type: 'string', default: '20,22,24,26' },
  },
});
if (values.tarballs === undefined || values.cache === undefined) {
  throw new Error('Usage: main.ts --tarballs FOLDER --cache FOLDER [--node 20,22]');
}
const { tarballs: folder, cache } = values;
const tarballs = readdirSync(folder)
  .filter((name) => name.endsWith('.tgz'))
  .map((name) => resolve(folder, name));

// Far from the checkout, whose node_modules would answer for what the packages forgot to declare.
const parent = mkdtempSync(join(realpathSync(tmpdir()), 'sallyport-consumers-'));
let passed = 0;
let failed = 0;

async function check(name: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    passed += 1;
    return true;
  } catch (error) {
    failed += 1;
    console.log(`✗ ${name}\n${error instanceof CommandFailure ? error.message : String(error)}\n`);
    return false;
  }
}

try {
  const nodes = await Promise.all(
    values.node.split(',').map(async (line) => ({ line, binary: await nodeOf(line, resolve(cache)) })),
  );
  for (const project of PROJECTS) {
    let cwd = '';
    const installed = await check(`${project.name}: install`, async () => {
      cwd = await create(project, parent, tarballs);
    });
    if (!installed) continue;
    for (const { line, binary } of nodes) {
      for (const entry of project.entries) {
        await check(`${project.name}: ${entry} on Node ${line}`, () =>
          run(binary, [entry], { cwd, timeoutMs: 60_000 }),
        );
      }
    }
  }
} finally {
  rmSync(parent, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
