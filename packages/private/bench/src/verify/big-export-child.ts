import { rampartFormula, verifyChain } from '@sallyport/verify';
import { lines } from './records.js';

const count = Number(process.argv[2]);
const started = performance.now();
const report = await verifyChain(lines(count), { formula: rampartFormula });
if (!report.ok || report.count !== count) throw new Error('The benchmark made a chain that does not verify.');

const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ megabytes, seconds: (performance.now() - started) / 1000 }));
