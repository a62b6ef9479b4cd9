import { AegisClient, type Proposal } from '@sallyport/aegis';
import { AegisClientSync } from '@sallyport/aegis/sync';
import { type GatewayServer, startUnlimited } from '../servers/start.js';
import type { Subject } from './subject.js';

/** Enough of them that none does what would have to be looked at: 20 actions a minute are, by default. */
const ACTORS = 1000;
const CAPABILITY = 'database.query';

const options = (endpoint: string) => ({ endpoint, apiKey: 'bench' });
const actorOf = (index: number): string => `bench-${index % ACTORS}`;
const proposal = (index: number): Proposal => ({
  actor: { id: actorOf(index), type: 'ai-agent' },
  action: { capability: CAPABILITY, parameters: { query: `SELECT * FROM records WHERE id = ${index}` } },
  requestId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
});

/** Lets every actor do what will be asked. */
async function grantAll({ url, credentials }: GatewayServer): Promise<void> {
  const admin = new AegisClient({ endpoint: url, apiKey: credentials['adminKey'] ?? '' });
  for (let index = 0; index < ACTORS; index++) {
    await admin.grants.create(actorOf(index), { capability: CAPABILITY });
  }
  await admin.close();
}

export const aegis: Subject = {
  name: 'aegis',
  client(url) {
    const client = new AegisClient(options(url));
    return { ask: (index) => client.propose(proposal(index)), close: () => client.close() };
  },
  blocking(url) {
    const client = new AegisClientSync(options(url));
    return { ask: (index) => client.propose(proposal(index)), close: () => client.close() };
  },
  request(index) {
    const { requestId, ...rest } = proposal(index);
    return {
      method: 'POST',
      path: '/api/v1/governance/propose',
      body: JSON.stringify({ ...rest, request_id: requestId }),
    };
  },
  answer: {
    decision_id: 'dec_01M7YPBXYJRMK673K8ZVX2ERAD',
    outcome: 'ALLOW',
    reason: "Approved by policy 'Allow database queries'.",
    risk_score: 0.075,
    constraints: {},
    timestamp: '2026-11-21T09:18:00.658Z',
    audit_ref: 'aud_01M7YPBXYJRMK673K8ZVX2ERAD',
  },
  async start(store) {
    const server = await startUnlimited(store, 'aegis', 'apiKey');
    await grantAll(server);
    return server;
  },
};
