import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Row } from '../harness/row.js';

const RECORDS = 1_000_000;

/** A long export, verified in a process of its own as it streams by, so that its memory is nobody else's. */
export async function bigExport(): Promise<readonly Row[]> {
  const script = fileURLToPath(new URL('big-export-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, String(RECORDS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`Verifying a long export ended with ${code}.`);
  const { megabytes, seconds }: { megabytes: number; seconds: number } = JSON.parse(output);
  return [
    { name: 'verify 1,000,000 records, memory', value: megabytes, unit: 'MB', better: 'less', limit: 200 },
    { name: 'verify 1,000,000 records, making them included', value: seconds, unit: 's', better: 'less' },
  ];
}
