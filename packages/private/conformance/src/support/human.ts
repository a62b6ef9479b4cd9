import { Worker } from 'node:worker_threads';
import type { TestGateway } from './gateway.js';

// Plain JavaScript, because it runs in a thread that knows nothing of TypeScript.
const CODE = `
const { workerData: { url, token, words } } = require('node:worker_threads');
const headers = { authorization: 'Bearer ' + token };
async function look() {
  const answer = await fetch(url + '/v1/approvals', { headers });
  for (const { id, command } of (await answer.json()).approvals) {
    const approved = command.includes(words.yes);
    if (!approved && !command.includes(words.no)) continue;
    const body = JSON.stringify({ approved, resolved_by: 'a human' });
    await fetch(url + '/v1/approvals/' + id + '/resolve', { method: 'POST', headers, body });
  }
  setTimeout(look, 20);
}
look();
`;

/** Somebody in another thread, who says yes to commands with one word in them, no to those with another, and else nothing. */
export function human(gateway: TestGateway, words: { readonly yes: string; readonly no: string }): Worker {
  const workerData = { url: gateway.url, token: gateway.approverToken, words };
  return new Worker(CODE, { eval: true, workerData, execArgv: [] });
}
