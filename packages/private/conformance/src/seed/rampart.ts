import { expect } from 'vitest';
import type { TestGateway } from '../support/gateway.js';
import { http } from '../support/http.js';
import { rampartClientRows } from './rampart-client.js';
import type { Parity, ParityRow } from './row.js';

const exec = (command: string) => ({ agent: 'my-python-agent', session: 'session-1', params: { command } });

const get = ({ url }: TestGateway, path: string, token: string) => http(url, { method: 'GET', path, token });
const post = ({ url, token: own }: TestGateway, path: string, body: object, token = own) =>
  http(url, { method: 'POST', path, body, token });

const httpRows: readonly ParityRow[] = [
  {
    item: 'safe_exec: a command that policy blocks',
    seed: 'requests.post(f"{RAMPART_URL}/v1/tool/exec", headers={"Authorization": …}, json={"agent": …, "session": …, "params": {"command": command}})',
    ours: 'POST /v1/tool/exec',
    via: 'http',
    async run(gateway) {
      const { body } = await post(gateway, '/v1/tool/exec', exec('rm -rf /'));
      expect(body['decision']).toBe('deny');
      expect(body['message']).toBe('Destructive command blocked');
    },
  },
  {
    item: 'safe_exec: a command that is allowed',
    seed: 'result["decision"] != "deny"',
    ours: 'POST /v1/tool/exec',
    via: 'http',
    async run(gateway) {
      const { status, body } = await post(gateway, '/v1/tool/exec', exec('ls -la'));
      expect(status).toBe(200);
      expect(body).toMatchObject({ decision: 'allow', allowed: true });
    },
  },
  {
    item: 'preflight',
    seed: 'requests.post(f"{RAMPART_URL}/v1/preflight/exec", …).json()["allowed"]',
    ours: 'POST /v1/preflight/exec',
    via: 'http',
    async run(gateway) {
      const call = (command: string) => ({ agent: 'my-agent', session: 's1', params: { command } });
      const yes = await post(gateway, '/v1/preflight/exec', call('ls'));
      const no = await post(gateway, '/v1/preflight/exec', call('rm -rf /'));
      expect([yes.status, yes.body['allowed'], no.status, no.body['allowed']]).toEqual([200, true, 200, false]);
    },
  },
  {
    item: 'LangChain example: the request of its tool',
    seed: 'json={"agent": "langchain", "session": "s1", "params": {"command": command}}',
    ours: 'POST /v1/tool/exec',
    via: 'http',
    async run(gateway) {
      const call = { agent: 'langchain', session: 's1', params: { command: 'cat /etc/shadow' } };
      const { body } = await post(gateway, '/v1/tool/exec', call);
      expect(body['decision']).toBe('deny');
      expect(String(body['message']).length).toBeGreaterThan(0);
    },
  },
  {
    item: 'API reference: pending approvals, and approve or deny',
    seed: 'GET /v1/approvals · POST /v1/approvals/{id}/resolve',
    ours: 'GET /v1/approvals · POST /v1/approvals/{id}/resolve',
    via: 'http',
    async run(gateway) {
      const asked = await post(gateway, '/v1/tool/exec', exec('sudo id'));
      expect([asked.status, asked.body['decision']]).toEqual([202, 'ask']);
      const id = String(asked.body['approval_id']);
      const { body } = await get(gateway, '/v1/approvals', gateway.approverToken);
      expect(body['approvals']).toEqual(expect.arrayContaining([expect.objectContaining({ id, status: 'pending' })]));
      const path = `/v1/approvals/${id}/resolve`;
      const resolved = await post(gateway, path, { approved: false }, gateway.approverToken);
      expect(resolved).toMatchObject({ status: 200, body: { id, status: 'denied' } });
    },
  },
  {
    item: 'API reference: health check, without a token',
    seed: 'GET /healthz',
    ours: 'GET /healthz',
    via: 'http',
    async run(gateway) {
      const response = await fetch(`${gateway.url}/healthz`);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        status: 'ok',
        mode: 'enforce',
        uptime_seconds: expect.any(Number),
      });
    },
  },
];

export const rampart: Parity = {
  document: 'Python agents',
  gateway: 'Rampart',
  rows: [...httpRows, ...rampartClientRows],
  leftOut: [
    {
      item: 'Wrapping the whole process (`LD_PRELOAD`)',
      why: 'the process guard for Node is not part of the client yet.',
    },
  ],
};
