import { MeshGuardClient } from '@sallyport/meshguard';
import { MeshGuardClientSync } from '@sallyport/meshguard/sync';
import { startGateway } from '../servers/start.js';
import type { Subject } from './subject.js';

const options = (gatewayUrl: string) => ({ gatewayUrl, agentToken: 'bench', traceId: 'bench' });
/** An agent does the same things again, each time to something else. */
const ACTIONS = 50;
const action = (index: number): string => `read:records-${index % ACTIONS}`;
const resource = (index: number): string => `records/${index}`;

export const meshguard: Subject = {
  name: 'meshguard',
  client(url) {
    const client = new MeshGuardClient(options(url));
    return { ask: (index) => client.check(action(index), { resource: resource(index) }), close: () => client.close() };
  },
  blocking(url) {
    const client = new MeshGuardClientSync(options(url));
    return { ask: (index) => client.check(action(index), { resource: resource(index) }), close: () => client.close() };
  },
  request: (index) => ({
    method: 'GET',
    path: '/proxy/check',
    headers: { 'x-meshguard-action': action(index), 'x-meshguard-resource': resource(index) },
  }),
  answer: {
    allowed: true,
    decision: 'allow',
    action: 'read:records-1',
    policy: 'development',
    rule: 'reads',
    traceId: 'bench',
    trustTier: 'verified',
    mode: 'enforce',
    timestamp: '2026-11-21T09:00:00.000Z',
  },
  start: (store) => startGateway(store, 'meshguard', 'agentToken'),
};
