import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGateway, type Gateway, type GatewayOptions } from '@sallyport/server';
import { type CliRun, runCli } from './cli.js';

/** A credential of a development gateway. */
export type Who = 'token' | 'approverToken' | 'adminToken';

/** A gateway that listens, and the command line beside it. */
export interface Running {
  readonly gateway: Gateway;
  readonly url: string;
  /** A folder of its own. */
  readonly cwd: string;
  token(who: Who): string;
  /** Runs a command with a credential. */
  as(who: Who, ...argv: string[]): Promise<CliRun>;
  /** Asks for a command as an agent. */
  exec(command: string, more?: object): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Starts a development gateway for one test. */
export async function running(options: GatewayOptions = {}): Promise<Running> {
  const cwd = mkdtempSync(join(tmpdir(), 'sallyport-cli-'));
  const gateway = await createGateway({ dev: true, seed: 'cli', ...options });
  const url = await gateway.listen({ port: 0 });
  const token = (who: Who): string => gateway.credentials['rampart']?.[who] ?? '';
  return {
    gateway,
    url,
    cwd,
    token,
    as: (who, ...argv) => runCli(argv, { cwd, env: { RAMPART_URL: url, RAMPART_TOKEN: token(who) } }),
    async exec(command, more = {}) {
      const { body } = await gateway.inject({
        method: 'POST',
        url: '/v1/tool/exec',
        headers: { authorization: `Bearer ${token('token')}` },
        payload: { agent: 'builder', session: 's', params: { command }, ...more },
      });
      return JSON.parse(body);
    },
    async close() {
      await gateway.close();
      rmSync(cwd, { recursive: true });
    },
  };
}
