import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type BenchArguments, readArguments } from './arguments.js';
import { reportTable } from './harness/report.js';
import { holds, type Row } from './harness/row.js';
import { MODULES } from './modules.js';

const ROOT = new URL('../../../../', import.meta.url);

/** Measures one subject in a process of its own: no other's garbage, code or heap is in its way. */
function measure(name: string, soak: boolean): Promise<readonly Row[]> {
  const script = fileURLToPath(new URL('child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', script, name, ...(soak ? ['--soak'] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
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

async function bench({ names, soak, json }: BenchArguments): Promise<number> {
  const rows: Row[] = [];
  for (const name of names) {
    process.stderr.write(`measuring ${name}…\n`);
    rows.push(...(await measure(name, soak)));
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
  console.log(json ? JSON.stringify(results) : reportTable(rows));
  return rows.some((row) => holds(row) === false) ? 1 : 0;
}

const request = readArguments(process.argv.slice(2), Object.keys(MODULES));
if ('run' in request) {
  process.exitCode = await bench(request.run);
} else {
  const { say, exitCode } = request;
  (exitCode === 0 ? console.log : console.error)(say);
  process.exitCode = exitCode;
}
