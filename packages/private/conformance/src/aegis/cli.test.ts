import { execFile } from 'node:child_process';
import { AegisClient } from '@sallyport/aegis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proposalOf } from '../support/aegis.js';
import { caught } from '../support/caught.js';
import { fromSource } from '../support/from-source.js';
import { startGateway, type TestGateway } from '../support/gateway.js';

interface Ran {
  readonly code: number;
  readonly out: string;
}

describe('the command line, on what AEGIS agents ask', () => {
  let gateway: TestGateway;
  let agent: AegisClient;
  const keys = () => gateway.credentials['aegis'] ?? {};
  beforeAll(async () => {
    gateway = await startGateway();
    agent = new AegisClient({ endpoint: gateway.url, apiKey: keys()['apiKey'] ?? '', retries: 0 });
  });
  afterAll(async () => {
    await agent.close();
    await gateway.close();
  });

  const cli = (key: string | undefined, ...args: string[]): Promise<Ran> =>
    new Promise((resolve) => {
      const { PATH } = process.env;
      const env = { PATH, AEGIS_ENDPOINT: gateway.url, AEGIS_API_KEY: key };
      execFile(process.execPath, fromSource('../../../../cli/src/bin.ts', args), { env }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: `${stdout}${stderr}` }),
      );
    });

  test('an escalation is listed, approved, and its proposal allowed once', async () => {
    const proposal = proposalOf('network.fetch', { parameters: { by: 'cli' } });
    const asked = await agent.propose(proposal);
    const id = String(asked.constraints['escalation_id']);
    const waiting = agent.waitForEscalation(asked);
    const listed = await cli(keys()['operatorKey'], 'approvals', 'list', '--json');
    expect(listed.code).toBe(0);
    expect(JSON.parse(listed.out)).toMatchObject([{ id, dialect: 'aegis', tool: 'network.fetch', status: 'pending' }]);
    const approved = await cli(keys()['operatorKey'], 'approvals', 'approve', id, '--by', 'alice', '--note', 'fine');
    expect([approved.code, approved.out]).toEqual([0, expect.stringMatching(/^approved network\.fetch /)]);
    const verdict = await waiting;
    expect(verdict).toMatchObject({ status: 'approved', operatorId: 'alice', comment: 'fine' });
    expect((await agent.confirm(verdict, proposal)).outcome).toBe('ALLOW');
  });

  test('one is denied, and an agent’s key can do neither', async () => {
    const proposal = proposalOf('network.fetch', { parameters: { by: 'cli, too' } });
    const asked = await agent.propose(proposal);
    const id = String(asked.constraints['escalation_id']);
    const own = await cli(keys()['apiKey'], 'approvals', 'approve', id);
    expect(own.code).toBe(3);
    expect((await agent.escalations.get(id)).status).toBe('pending');
    expect((await cli(keys()['operatorKey'], 'approvals', 'deny', id, '--note', 'no')).code).toBe(0);
    const verdict = await agent.waitForEscalation(id);
    expect(verdict).toMatchObject({ status: 'denied', comment: 'no' });
    expect(await caught(agent.confirm(verdict, proposal))).toMatchObject({ code: 'configuration' });
  });

  test('the log is verified from outside', async () => {
    const verified = await cli(keys()['adminKey'], 'verify', gateway.url, '--dialect', 'aegis', '--json');
    expect(verified.code).toBe(0);
    expect(JSON.parse(verified.out)).toMatchObject({ ok: true });
  });
});
