import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startGateway } from './gateway.js';
import { stage } from './stage.js';
import { auditStop } from './stops/audit.js';
import { rampartStop } from './stops/rampart.js';
import { makeWorkspace } from './workspace.js';

const help = `npm start [-- --policy FILE]

Starts the reference gateway on an SQLite file, lets a small agent work under it, and verifies the audit log.

  --policy FILE   your policy instead of the tour's own (both come on top of the built-in standard profile)
`;

const { values } = parseArgs({ options: { policy: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });

if (values.help) process.stdout.write(help);
else await tour(values.policy);

async function tour(policy?: string): Promise<void> {
  const root = join(import.meta.dirname, '../../.cache/tour');
  const workspace = await makeWorkspace(root, policy);
  const gateway = await startGateway(workspace);
  try {
    stage.title('Sallyport');
    stage.say(`The gateway listens on ${gateway.url} and keeps everything in ${workspace.database}.`);
    await rampartStop(gateway, workspace);
    await auditStop(gateway, workspace);
  } finally {
    await gateway.stop();
  }
}
