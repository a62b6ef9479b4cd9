import { expect, test } from 'vitest';
import type { Io } from '../../terminal/io.js';
import { announce } from './announce.js';
import type { ServeOptions } from './options.js';

function announced(
  credentials: Readonly<Record<string, Readonly<Record<string, string>>>>,
  more: Partial<ServeOptions> = {},
): readonly string[] {
  const lines: string[] = [];
  const io: Io = {
    print: (line) => void lines.push(line),
    note: () => {},
    env: {},
    colour: false,
    logs: 'json',
    signal: new AbortController().signal,
    cwd: '/',
  };
  const options = { port: 0, host: '127.0.0.1', mode: 'enforce', ...more } as const;
  announce({ url: 'http://127.0.0.1:9090', store: 'memory', credentials, options }, io);
  return lines;
}

test('the credentials of every protocol are shown, each as its own clients take them', () => {
  const lines = announced({
    rampart: { token: 'r-agent', approverToken: 'r-approver', adminToken: 'r-admin' },
    meshguard: { agentToken: 'm-agent', adminToken: 'm-admin' },
    aegis: { apiKey: 'a-agent', operatorKey: 'a-operator' },
    vargate: { apiKey: 'v-agent' },
    unheard: { secret: 'u-agent' },
    silent: {},
  });
  expect(lines.slice(5)).toEqual([
    '',
    '  rampart',
    '    export RAMPART_URL=http://127.0.0.1:9090 RAMPART_TOKEN=r-agent',
    '    approver  r-approver',
    '    admin     r-admin',
    '',
    '  meshguard',
    '    export MESHGUARD_GATEWAY_URL=http://127.0.0.1:9090 MESHGUARD_AGENT_TOKEN=m-agent',
    '    admin     m-admin',
    '',
    '  aegis',
    '    export AEGIS_ENDPOINT=http://127.0.0.1:9090 AEGIS_API_KEY=a-agent',
    '    operator  a-operator',
    '',
    '  vargate',
    '    export VARGATE_URL=http://127.0.0.1:9090/api VARGATE_API_KEY=v-agent',
    '',
    '  unheard',
    '    secret    u-agent',
    '  They are not shown again.',
  ]);
});

test('where there is nothing to tell, nothing is said of credentials', () => {
  expect(announced({}).join('\n')).not.toContain('not shown again');
});

test('what is not enforced, and where the proxy leads, is said', () => {
  const options = { mode: 'monitor', meshguardMode: 'audit', proxyTarget: 'https://api.example.com' } as const;
  const said = announced({}, options).join('\n');
  expect(said).toContain('the standard profile (monitor: nothing is refused)');
  expect(said).toContain('meshguard  in the store (audit: nothing is refused)');
  expect(said).toContain('proxy      https://api.example.com');
  expect(announced({}, { ...options, without: ['rampart'] }).join('\n')).not.toContain('standard profile');
});
