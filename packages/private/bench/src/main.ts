import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { reportTable } from './harness/report.js';
import { holds, type Row } from './harness/row.js';
import { MODULES } from './modules.js';

const ROOT = new URL('../../../../', import.meta.url);

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    soak: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

/** Measures one subject in a process of its own: no other's garbage, code or heap is in its way. */
function measure(name: string): Promise<readonly Row[]> {
  const script = fileURLToPath(new URL('child.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', script, name, ...(values.soak ? ['--soak'] : [])],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output));
      else reject(new Error(`The benchmark "${name}" ended with ${code}.`));
    });
  });
}

const unknown = values.only.filter((name) => !Object.hasOwn(MODULES, name));
if (unknown.length > 0) {
  console.error(`There is no benchmark "${unknown.join('", "')}". There are: ${Object.keys(MODULES).join(', ')}.`);
  process.exit(2);
}

const names = values.only.length > 0 ? values.only : Object.keys(MODULES);
const rows: Row[] = [];
for (const name of names) {
  process.stderr.write(`measuring ${name}…\n`);
  rows.push(...(await measure(name)));
}

const results = {
  machine: {
    node: process.version,
    cores: cpus().length,
    cpu: cpus()[0]?.model,
    memoryGb: Math.round(totalmem() / 2 ** 30),
  },
  date: new Date().toISOString(),
  rows: rows.map((row) => ({ ...row, ok: holds(row) })),
};
mkdirSync(new URL('bench/', ROOT), { recursive: true });
writeFileSync(new URL('bench/results.json', ROOT), `${JSON.stringify(results, null, 2)}\n`);

console.log(values.json ? JSON.stringify(results) : reportTable(rows));
process.exitCode = rows.some((row) => holds(row) === false) ? 1 : 0;
