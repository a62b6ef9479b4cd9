import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  aegisFormula,
  type ChainFormula,
  leafHash,
  meshguardFormula,
  noteVerifier,
  openCheckpoint,
  rampartFormula,
  verifyChainSync,
  verifyInclusion,
} from '@sallyport/verify';
import type { TourGateway } from '../gateway.js';
import { stage } from '../stage.js';
import type { Workspace } from '../workspace.js';

/** One chain of records, and how its gateway's documents say that it is hashed. */
interface Log {
  readonly chain: string;
  readonly dialect: string;
  /** The name of the credential that may read it. */
  readonly credential: string;
  readonly formula: ChainFormula;
  /** What somebody would write over who wants something forgotten. */
  readonly forge: (line: string) => string;
}

const allowInstead = (line: string): string => line.replace(/"(decision|action)":"deny"/, '"$1":"allow"');

const LOGS: readonly Log[] = [
  { chain: 'rampart', dialect: 'rampart', credential: 'adminToken', formula: rampartFormula, forge: allowInstead },
  {
    chain: 'meshguard',
    dialect: 'meshguard',
    credential: 'adminToken',
    formula: meshguardFormula,
    forge: allowInstead,
  },
  {
    chain: 'meshguard-events',
    dialect: 'meshguard',
    credential: 'adminToken',
    formula: meshguardFormula,
    forge: (line) => line.replace('"type":"agent.revoked"', '"type":"agent.created"'),
  },
  {
    chain: 'aegis',
    dialect: 'aegis',
    credential: 'adminKey',
    formula: aegisFormula,
    forge: (line) => line.replace('"outcome":"DENY"', '"outcome":"ALLOW"'),
  },
];

/** Asks for one of the log's own routes, as an auditor does. */
async function get({ url, credentials }: TourGateway, { chain, dialect, credential }: Log, what: string) {
  const token = credentials[dialect]?.[credential] ?? '';
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/sallyport/v1/log/${chain}/${what}`, { headers });
  if (!response.ok) throw new Error(`The gateway does not give ${what} of ${chain}: ${response.status}.`);
  return response;
}

/** The same log with one record changed: the first that somebody would want to change, else its beginning. */
function tampered(lines: readonly string[], forge: Log['forge']): readonly string[] {
  const at = Math.max(
    0,
    lines.findIndex((line) => forge(line) !== line),
  );
  const change = (line: string) => {
    const forged = forge(line);
    return forged === line ? line.replace(/"id":"[^"]*"/, '"id":"another"') : forged;
  };
  return lines.map((line, index) => (index === at ? change(line) : line));
}

function checkChain({ chain, formula, forge }: Log, lines: readonly string[]): void {
  const honest = verifyChainSync(lines, { formula });
  if (!honest.ok) throw new Error(`The audit log "${chain}" does not verify: ${honest.firstBad?.message}`);
  stage.good(`${honest.count} records, each hashed with the one before it, verified offline`);
  const { firstBad } = verifyChainSync(tampered(lines, forge), { formula });
  if (!firstBad) throw new Error(`A changed record of "${chain}" was not noticed.`);
  stage.good(`one record changed in a copy, and caught: line ${firstBad.line}, ${firstBad.message}`);
}

/** The chain's last record is in the tree that the gateway signed: checked with the key, not with the gateway's word. */
async function checkTree(gateway: TourGateway, log: Log, lines: readonly string[]): Promise<void> {
  const answer = await get(gateway, log, 'checkpoint');
  // A real auditor has this key from the operator, once, and keeps it.
  const key = noteVerifier(answer.headers.get('sallyport-checkpoint-key') ?? '');
  const note = await answer.text();
  const { size, root } = openCheckpoint(note, [key], note.slice(0, note.indexOf('\n')));
  const index = size - 1;
  const proved: unknown = await (await get(gateway, log, `inclusion?seq=${index}&size=${size}`)).json();
  const hashes: unknown = Object(proved).proof;
  if (!Array.isArray(hashes)) throw new Error('The gateway gave no inclusion proof.');
  const proof = hashes.map((hash) => Buffer.from(String(hash), 'hex'));
  verifyInclusion({ leaf: leafHash(lines[index] ?? ''), index, size, root, proof });
  const so = `${proof.length} ${proof.length === 1 ? 'hash' : 'hashes'}`;
  stage.good(`the last record is in the tree of ${size} that the gateway signed, by a proof of ${so}`);
}

/** What is left when the work is done: logs that anybody can check. */
export async function auditStop(gateway: TourGateway, { logs }: Workspace): Promise<void> {
  stage.title('The audit logs');
  stage.say('Every decision, approval and outcome above was on disk before it was answered.');
  await mkdir(logs, { recursive: true });
  for (const log of LOGS) {
    const file = join(logs, `${log.chain}.jsonl`);
    stage.log(file);
    const text = await (await get(gateway, log, 'export')).text();
    await writeFile(file, text);
    const lines = text.split('\n').filter((line) => line !== '');
    checkChain(log, lines);
    await checkTree(gateway, log, lines);
  }
  stage.pause();
  stage.say('Check one yourself:');
  stage.say(`  npm run -s sallyport -- verify --dialect aegis ${join(logs, 'aegis.jsonl')}`);
}
