import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { TourError } from './error.js';
import { startGateway } from './gateway.js';
import { stage } from './stage.js';
import { aegisStop } from './stops/aegis.js';
import { auditStop } from './stops/audit.js';
import { meshguardStop } from './stops/meshguard.js';
import { rampartStop } from './stops/rampart.js';
import { startAddressBook } from './upstream.js';
import { makeWorkspace } from './workspace.js';

const help = `npm start [-- --policy FILE]

Starts the reference gateway on an SQLite file, lets a small agent work under the protocols of Rampart, MeshGuard and
AEGIS, and verifies the audit logs.

  --policy FILE   for Rampart: your policy alone, instead of the built-in standard profile and the tour's own policy
`;

/** @throws TourError for what the user typed wrongly. */
function readArguments(): { readonly policy?: string; readonly help?: boolean } {
  try {
    return parseArgs({ options: { policy: { type: 'string' }, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    throw new TourError(`${error instanceof Error ? error.message : error}\n\n${help}`, 2);
  }
}

/** Where the user stood when they typed the path: npm runs scripts in the checkout's root. */
function policyFile(path: string): string {
  const file = resolve(process.env['INIT_CWD'] ?? '.', path);
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new TourError(`There is no policy file at ${file}.`, 2);
  return file;
}

async function tour(): Promise<void> {
  const { policy, help: helpWanted } = readArguments();
  if (helpWanted) return void process.stdout.write(help);
  const file = policy === undefined ? undefined : policyFile(policy);
  const workspace = await makeWorkspace(join(import.meta.dirname, '../../.cache/tour'));
  const book = await startAddressBook();
  const gateway = await startGateway(workspace, book.url, file);
  try {
    stage.title('Sallyport');
    stage.say(`One gateway speaks the protocols of three. It listens on ${gateway.url}`);
    stage.say(`and keeps everything in ${workspace.database}.`);
    await rampartStop(gateway, workspace, file ?? "the standard profile, and the tour's own examples/tour/policies");
    await meshguardStop(gateway, workspace, book);
    await aegisStop(gateway, workspace, book);
    await auditStop(gateway, workspace);
  } finally {
    await gateway.stop();
    book.stop();
  }
}

try {
  await tour();
} catch (error) {
  if (!(error instanceof TourError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
