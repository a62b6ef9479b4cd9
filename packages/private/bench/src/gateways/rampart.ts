import { RampartClient } from '@sallyport/rampart';
import { RampartClientSync } from '@sallyport/rampart/sync';
import { startGateway } from '../servers/start.js';
import type { Subject } from './subject.js';

const AGENT = { agent: 'bench', session: 'bench' };

const options = (url: string) => ({ url, token: 'bench', ...AGENT });
const command = (index: number): string => `npm run build -- --target ${index} && git add out/${index}.js`;

export const rampart: Subject = {
  name: 'rampart',
  client(url) {
    const client = new RampartClient(options(url));
    return { ask: (index) => client.exec(command(index)), close: () => client.close() };
  },
  blocking(url) {
    const client = new RampartClientSync(options(url));
    return { ask: (index) => client.exec(command(index)), close: () => client.close() };
  },
  request: (index) => ({
    method: 'POST',
    path: '/v1/tool/exec',
    body: JSON.stringify({
      ...AGENT,
      params: { command: command(index) },
      run_id: 'run',
      tool_call_id: `call-${index}`,
    }),
  }),
  answer: {
    decision: 'allow',
    message: 'No matching standard policy rule',
    allowed: true,
    eval_duration_us: 12,
    suggestions: [],
    audit_id: '01JZ8Q4T5V6W7X8Y9Z0A1B2C3D',
    policy: 'allow-unmatched',
    matched_policies: ['allow-unmatched'],
  },
  start: (store) => startGateway(store, 'rampart', 'token'),
};
