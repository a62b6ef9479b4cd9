import { TEST_MASTER_KEY } from '../../testing/engines.js';
import { type TestAnswer, type TestGateway, type TestRequest, testGateway } from '../../testing/gateways.js';
import type { AegisOptions } from './options.js';

/** A development gateway that speaks AEGIS alone. */
export interface TestAegis extends Pick<TestGateway, 'gateway' | 'clock' | 'close'> {
  readonly apiKey: string;
  readonly operatorKey: string;
  readonly adminKey: string;
  /** Sends a request with the agent's key, unless told otherwise; an empty token sends none. */
  send(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, request?: TestRequest): Promise<TestAnswer>;
  /** Proposes an action as the demo agent. */
  propose(capability: string, more?: ProposalParts): Promise<TestAnswer>;
  /** Sends a request with the admin's key. */
  admin(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<TestAnswer>;
}

/** What a test's proposal has beside its capability. */
export interface ProposalParts extends Omit<TestRequest, 'body'> {
  readonly actor?: string;
  readonly resource?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** More members of the body. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Sets one up for a test or a file of tests. */
export async function testAegis(aegis: AegisOptions = {}, store?: string): Promise<TestAegis> {
  const t = await testGateway({
    aegis,
    rampart: false,
    meshguard: false,
    ...(store !== undefined && { store, masterKey: TEST_MASTER_KEY }),
  });
  const { apiKey = '', operatorKey = '', adminKey = '' } = t.gateway.credentials['aegis'] ?? {};
  const send: TestAegis['send'] = (method, path, request = {}) => t.send(method, path, { token: apiKey, ...request });
  return {
    ...{ gateway: t.gateway, clock: t.clock, apiKey, operatorKey, adminKey, send },
    propose(capability, { actor = 'demo-agent', resource, parameters = {}, more = {}, ...request } = {}) {
      const action = { capability, parameters, ...(resource !== undefined && { resource }) };
      const body = { actor: { id: actor, type: 'ai-agent' }, action, context: {}, ...more };
      return send('POST', '/api/v1/governance/propose', { ...request, body });
    },
    admin: (method, path, body) => send(method, path, { token: adminKey, ...(body !== undefined && { body }) }),
    close: () => t.close(),
  };
}
