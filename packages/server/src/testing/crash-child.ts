// Run by the crash test as a process of its own: appends until it is killed, and tells each id once it is acknowledged.
import { writeSync } from 'node:fs';
import { rampartFormula } from '@sallyport/verify';
import { createEngine } from '../engine/create.js';
import { silentLog } from '../engine/log.js';
import { appending, TEST_CHAIN } from './records.js';

const [store = '', round = ''] = process.argv.slice(2);
const engine = await createEngine({ store, log: silentLog() });
await engine.ledger.register(TEST_CHAIN, rampartFormula);

async function work(worker: number): Promise<never> {
  for (let count = 0; ; count += 1) {
    const id = await engine.lane.run(appending(`${round}-${worker}-${count}`));
    writeSync(1, `${id}\n`);
  }
}

await Promise.all(Array.from({ length: 32 }, (_, worker) => work(worker)));
