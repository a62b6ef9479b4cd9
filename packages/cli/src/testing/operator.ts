import { once } from 'node:events';
import { createServer } from 'node:http';

interface Approval {
  readonly id: string;
  readonly dialect: string;
  status: string;
  readonly createdAt: number;
}

/** A gateway's operator routes, spoken for protocols that have no server yet: who opens which door, and no more. */
export interface FakeOperator {
  readonly url: string;
  /** Method and path of each request, with the protocol of its token. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Serves approvals to the tokens of the protocols that they belong to. */
export async function fakeOperator(
  tokens: Readonly<Record<string, string>>,
  waiting: readonly Approval[],
): Promise<FakeOperator> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const [dialect] = Object.entries(tokens).find(([, known]) => known === token) ?? [];
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://operator');
    asked.push(`${dialect ?? 'nobody'} ${request.method} ${pathname} ${JSON.stringify(body)}`);
    const answer = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (dialect === undefined) return answer(401, { error: 'invalid authorization token' });

    const credential = { id: 'server/admin', dialect, roles: ['admin'], createdAt: 1, prefix: 'x' };
    if (pathname.endsWith('/credentials')) return answer(200, { credentials: [credential] });
    if (request.method === 'DELETE') return answer(200, { revoked: true });
    const own = waiting.filter((approval) => approval.dialect === dialect);
    const [, id] = /\/approvals\/([^/]+)/.exec(pathname) ?? [];
    const wanted = searchParams.get('dialect');
    if (pathname.endsWith('/approvals')) {
      const shown = own.filter((one) => one.status === 'pending' && (wanted === null || one.dialect === wanted));
      return answer(200, { approvals: shown.map(view) });
    }
    if (pathname.endsWith('/explain')) {
      const trace = { stage: 'policy', risk: { risk_score: 3 } };
      return answer(200, { decision: 'deny', message: `by ${body.dialect}`, suggestions: ['grant it'], trace });
    }
    const approval = own.find((one) => one.id === id);
    if (approval === undefined) return answer(404, { error: 'approval not found' });
    if (pathname.endsWith('/resolve')) approval.status = body.verdict;
    return answer(200, view(approval));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const view = (approval: Approval): object => ({
  tool: 'tool',
  summary: `call of ${approval.dialect}`,
  message: '',
  agent: 'a',
  session: 's',
  call: { tool: 'tool' },
  expiresAt: approval.createdAt + 60_000,
  ...approval,
});
