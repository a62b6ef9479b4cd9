import { interleave } from '../harness/interleave.js';
import type { Row } from '../harness/row.js';
import { startGateway } from '../servers/start.js';

const ROUNDS = 25;

/** Bringing a gateway for tests back to its beginning, over HTTP. */
export async function resetCost(): Promise<Row> {
  const gateway = await startGateway('memory', 'rampart', 'token');
  const { reset } = await interleave(ROUNDS, {
    reset: async () => {
      const began = performance.now();
      const answer = await fetch(`${gateway.url}/__sallyport/reset`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.credentials['adminToken']}` },
      });
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`The gateway refused to reset: ${answer.status}.`);
      return performance.now() - began;
    },
  });
  await gateway.stop();
  return { name: 'reset', value: reset, unit: 'ms', better: 'less', limit: 5 };
}
