import { RampartClient } from '@sallyport/rampart';
import { RampartClientSync } from '@sallyport/rampart/sync';
import { expect } from 'vitest';
import type { TestGateway } from '../support/gateway.js';
import { withEnvironment } from './environment.js';
import type { ParityRow } from './row.js';

const clientOf = ({ url, token }: TestGateway) =>
  new RampartClient({ url, token, agent: 'my-python-agent', session: 'session-1' });

/** The same rows for our client: what a reader of the seed writes in TypeScript. */
export const rampartClientRows: readonly ParityRow[] = [
  {
    item: 'RAMPART_URL, RAMPART_TOKEN',
    seed: 'RAMPART_URL = "http://localhost:9090"; RAMPART_TOKEN = "your-token"',
    ours: 'new RampartClient()',
    via: 'client',
    async run({ url, token }) {
      await withEnvironment({ RAMPART_URL: url, RAMPART_TOKEN: token }, async () => {
        await using rampart = new RampartClient();
        expect(rampart.baseUrl).toBe(url);
        expect((await rampart.exec('ls')).allowed).toBe(true);
      });
    },
  },
  {
    item: 'RAMPART_URL: default',
    seed: 'http://localhost:9090',
    ours: 'new RampartClient().baseUrl',
    via: 'client',
    async run({ token }) {
      await using rampart = new RampartClient({ token });
      expect(rampart.baseUrl).toBe('http://localhost:9090');
    },
  },
  {
    item: 'agent, session',
    seed: '"agent": "my-python-agent", "session": "session-1"',
    ours: "new RampartClient({ agent: 'my-python-agent', session: 'session-1' })",
    via: 'client',
    async run(gateway) {
      await using rampart = clientOf(gateway);
      await using admin = new RampartClient({ url: gateway.url, token: gateway.adminToken });
      const { auditId } = await rampart.exec('ls', { session: 'session-of-one-call' });
      const { events } = await admin.audit.events({ session: 'session-of-one-call' });
      expect(events.map(({ id }) => id)).toEqual([auditId]);
      // The admin's credential names no agent, so that the request's own name stands.
      const own = await admin.exec('ls', { agent: 'agent-of-one-call' });
      const named = await admin.audit.events({ agent: 'agent-of-one-call' });
      expect(named.events.map(({ id }) => id)).toEqual([own.auditId]);
    },
  },
  {
    item: 'safe_exec: blocked',
    seed: 'return {"blocked": True, "reason": result["message"]}',
    ours: "await rampart.safeExec('rm -rf /') // { blocked: true, reason }",
    via: 'client',
    async run(gateway) {
      await using rampart = clientOf(gateway);
      expect(await rampart.safeExec('rm -rf /')).toMatchObject({
        blocked: true,
        reason: 'Destructive command blocked',
      });
    },
  },
  {
    item: 'safe_exec: allowed, and really run',
    seed: 'return {"blocked": False, "output": output.stdout}',
    ours: "await rampart.safeExec('echo hello') // { blocked: false, output, stderr, exitCode }",
    via: 'client',
    async run(gateway) {
      await using rampart = clientOf(gateway);
      const ran = await rampart.safeExec('echo hello');
      expect(ran).toEqual({ blocked: false, output: 'hello\n', stderr: '', exitCode: 0 });
      const failed = await rampart.safeExec('echo oops >&2; exit 3');
      expect(failed).toEqual({ blocked: false, output: '', stderr: 'oops\n', exitCode: 3 });
    },
  },
  {
    item: 'safe_exec: a human has to agree (the seed would run it)',
    seed: 'result["decision"] == "ask"',
    ours: "await rampart.safeExec('sudo id') // { blocked: true, reason, approvalId }",
    via: 'client',
    async run(gateway) {
      await using rampart = clientOf(gateway);
      expect(await rampart.safeExec('sudo id')).toMatchObject({
        blocked: true,
        reason: 'Privileged execution requires approval',
        approvalId: expect.any(String),
      });
    },
  },
  {
    item: 'safe_exec, from code that cannot await',
    seed: 'def safe_exec(command: str) -> dict',
    ours: "new RampartClientSync().safeExec('echo hello')",
    via: 'client',
    async run({ url, token }) {
      const rampart = new RampartClientSync({ url, token });
      try {
        expect(rampart.safeExec('echo hello')).toMatchObject({ blocked: false, output: 'hello\n' });
        expect(rampart.safeExec('rm -rf /')).toMatchObject({ blocked: true });
      } finally {
        rampart.close();
      }
    },
  },
  {
    item: 'preflight',
    seed: 'def preflight(command: str) -> bool',
    ours: "(await rampart.preflightExec('ls')).allowed",
    via: 'client',
    async run(gateway) {
      await using rampart = clientOf(gateway);
      expect((await rampart.preflightExec('ls')).allowed).toBe(true);
      expect((await rampart.preflight('exec', { command: 'rm -rf /' })).allowed).toBe(false);
    },
  },
  {
    item: 'decision, message',
    seed: 'result["decision"], result["message"]',
    ours: 'decision.decision, decision.message',
    via: 'client',
    async run(gateway) {
      await using rampart = clientOf(gateway);
      const decision = await rampart.exec('rm -rf /');
      expect(decision).toMatchObject({ decision: 'deny', message: 'Destructive command blocked', allowed: false });
    },
  },
  {
    item: 'LangChain example: a guarded tool',
    seed: 'return f"Command blocked by policy: {data[\'message\']}"',
    ours: "rampart.guard(runCommand, { tool: 'exec', params: ['command'] })",
    via: 'client',
    async run(gateway) {
      await using rampart = clientOf(gateway);
      const ran: string[] = [];
      const runCommand = rampart.guard(
        async (command: string) => {
          ran.push(command);
          return 'done';
        },
        { tool: 'exec', params: ['command'], session: 's1' },
      );
      expect(await runCommand('git status')).toBe('done');
      await expect(runCommand('rm -rf /')).rejects.toThrow('Destructive command blocked');
      expect(ran).toEqual(['git status']);
    },
  },
  {
    item: 'API reference: list, resolve, health',
    seed: 'GET /v1/approvals · POST /v1/approvals/{id}/resolve · GET /healthz',
    ours: 'rampart.approvals.list(), .resolve(id, { approved }), rampart.health()',
    via: 'client',
    async run(gateway) {
      await using rampart = clientOf(gateway);
      await using operator = new RampartClient({ url: gateway.url, token: gateway.approverToken });
      const { approvalId = '' } = await rampart.exec('sudo whoami');
      expect((await operator.approvals.list()).approvals.map(({ id }) => id)).toContain(approvalId);
      expect(await operator.approvals.resolve(approvalId, { approved: true })).toMatchObject({ status: 'approved' });
      expect((await rampart.health()).status).toBe('ok');
    },
  },
];
