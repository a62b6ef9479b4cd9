import { MODULES } from './modules.js';

const [name = '', ...flags] = process.argv.slice(2);
const load = MODULES[name];
if (load === undefined) throw new Error(`There is no benchmark "${name}".`);

const { run } = await load();
const rows = await run({ soak: flags.includes('--soak') });
process.stdout.write(JSON.stringify(rows), () => process.exit(0));
