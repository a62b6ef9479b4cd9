import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { RampartClient } from '@sallyport/rampart';
import {
  type ChainReport,
  leafHash,
  noteVerifier,
  openCheckpoint,
  rampartFormula,
  verifyChainSync,
  verifyInclusion,
} from '@sallyport/verify';
import type { TourGateway } from '../gateway.js';
import { stage } from '../stage.js';
import type { Workspace } from '../workspace.js';

const verify = (lines: readonly string[]): ChainReport => verifyChainSync(lines, { formula: rampartFormula });

/** Writes the log to a file, as an auditor would take it away. */
async function exportTo(file: string, admin: RampartClient): Promise<readonly string[]> {
  const { dates } = await admin.audit.dates();
  await writeFile(file, '');
  for (const date of dates.toReversed()) {
    for await (const chunk of await admin.audit.export(date)) await appendFile(file, chunk);
  }
  return (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
}

/** Changes one record the way somebody would who wants a refusal forgotten. */
function tamper(lines: readonly string[]): readonly string[] {
  const at = Math.max(
    0,
    lines.findIndex((line) => line.includes('"action":"deny"')),
  );
  return lines.map((line, index) => (index === at ? line.replace(/"agent":"[^"]*"/, '"agent":"nobody"') : line));
}

function checkChain(lines: readonly string[], copy: readonly string[]): void {
  const honest = verify(lines);
  if (!honest.ok) throw new Error(`The audit log does not verify: ${honest.firstBad?.message}`);
  stage.good(`${honest.count} records, each hashed with the one before it, verified offline`);
  const { firstBad } = verify(copy);
  if (!firstBad) throw new Error('A changed record was not noticed.');
  stage.good(`one record changed in a copy, and caught: line ${firstBad.line}, ${firstBad.message}`);
}

/** The chain's last record is in the tree that the gateway signed: checked with the key, not with the gateway's word. */
async function checkTree(gateway: TourGateway, token: string, lines: readonly string[]): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const log = `${gateway.url}/sallyport/v1/log/rampart`;
  const answer = await fetch(`${log}/checkpoint`, { headers });
  // A real auditor has this key from the operator, once, and keeps it.
  const key = noteVerifier(answer.headers.get('sallyport-checkpoint-key') ?? '');
  const { origin = '' } = /^(?<origin>.*)$/m.exec(await answer.clone().text())?.groups ?? {};
  const { size, root } = openCheckpoint(await answer.text(), [key], origin);
  const index = size - 1;
  const proved: unknown = await (await fetch(`${log}/inclusion?seq=${index}&size=${size}`, { headers })).json();
  const hashes: unknown = Object(proved).proof;
  if (!Array.isArray(hashes)) throw new Error('The gateway gave no inclusion proof.');
  const proof = hashes.map((hash) => Buffer.from(String(hash), 'hex'));
  verifyInclusion({ leaf: leafHash(lines[index] ?? ''), index, size, root, proof });
  stage.good(
    `the last record is in the tree of ${size} that ${key.name} signed, by a proof of ${proof.length} ${proof.length === 1 ? 'hash' : 'hashes'}`,
  );
}

/** What is left when the work is done: a log that anybody can check. */
export async function auditStop(gateway: TourGateway, workspace: Workspace): Promise<void> {
  const { adminToken = '' } = gateway.credentials['rampart'] ?? {};
  stage.title('The audit log');
  await using admin = new RampartClient({ url: gateway.url, token: adminToken });
  const { byAction } = await admin.audit.stats();
  const counts = Object.entries(byAction).map(([action, count]) => `${count} ${action}`);
  stage.say(`What was recorded, previews and scans of output included: ${counts.join(', ')}.`);
  const lines = await exportTo(workspace.auditLog, admin);
  checkChain(lines, tamper(lines));
  await checkTree(gateway, adminToken, lines);
  stage.say(`The log is in ${workspace.auditLog}; check it yourself:`);
  stage.say(`  npm run -s sallyport -- verify ${workspace.auditLog}`);
}
