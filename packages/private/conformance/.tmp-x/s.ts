import { RampartClientSync } from '@sallyport/rampart/sync';
const t = performance.now();
const rampart = new RampartClientSync({ agent: 'readme', url: 'http://127.0.0.1:9', token: 't', maxRetries: 0 });
console.log('made', performance.now()-t);
try { console.log(rampart.preflight('exec', { command: 'git status' }).allowed); } catch (e) { console.log(e.code) }
rampart.close();
console.log('closed');
