import { parseArgs } from 'node:util';
import { runSteps } from './runner.js';
import { longSteps } from './steps/long.js';
import { packedSteps } from './steps/packed.js';
import { quickSteps } from './steps/quick.js';
import { staticSteps } from './steps/static.js';

const USAGE = `npm test [-- --all | --static | --only NAME,… | --list] [--keep-going]

  (nothing)       lint, types, tests, packages, documentation: what a change must pass
  --all           that, then PostgreSQL, fuzzing, crash rounds, and the packed packages on every Node line
  --static        lint, types and unused code only
  --only NAME,…   these steps, in their order
  --keep-going    all of them, whatever fails
  --list          names the steps`;

const { values } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    static: { type: 'boolean', default: false },
    only: { type: 'string' },
    'keep-going': { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const every = [...staticSteps, ...quickSteps, ...longSteps, ...packedSteps];

function chosen() {
  if (values.only !== undefined) {
    const names = new Set(values.only.split(','));
    // The others look at what was built; building again what has not changed takes no time.
    return every.filter(({ name }) => names.delete(name) || name === 'build');
  }
  if (values.all) return every;
  return values.static ? staticSteps : [...staticSteps, ...quickSteps];
}

if (values.help) console.log(USAGE);
else if (values.list) console.log(every.map(({ name }) => name).join('\n'));
else process.exitCode = (await runSteps(chosen(), { keepGoing: values['keep-going'] })) ? 0 : 1;
