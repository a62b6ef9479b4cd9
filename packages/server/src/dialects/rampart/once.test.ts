import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestGateway, testGateway } from '../../testing/gateways.js';

const POLICY = `
version: "1"
policies:
  - name: once
    match: { tool: exec }
    rules:
      - { action: allow, once: true, when: { command_matches: ["make release"] }, message: This time }
`;

let folder: string;
let file: string;
let t: TestGateway;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-once-'));
  file = join(folder, 'policy.yaml');
  await writeFile(file, POLICY);
  t = await testGateway({ rampart: { policyDirectory: folder, profile: 'none' } });
});
afterEach(async () => {
  await t.close();
  await rm(folder, { recursive: true });
});

const ask = (route: string, more: object = {}) =>
  t.send('POST', `/v1/${route}/exec`, { body: { params: { command: 'make release' }, ...more } });

test('§3.6 a once rule allows one call, and is gone from its file', async () => {
  expect((await ask('tool')).body).toMatchObject({ decision: 'allow', message: 'This time' });
  expect(await readFile(file, 'utf8')).not.toContain('make release');
  expect((await ask('tool')).status).toBe(403);
});

test('§2.5 a preview does not use it up, a boundary does', async () => {
  expect((await ask('preflight')).body['allowed']).toBe(true);
  expect((await ask('preflight', { enforce: true })).body['allowed']).toBe(true);
  expect((await ask('preflight', { enforce: true })).body['allowed']).toBe(false);
});

test('of two calls at once, one gets it', async () => {
  const answers = await Promise.all([ask('tool'), ask('tool')]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
  const refused = answers.find(({ status }) => status === 403);
  expect(refused?.body['message']).toBe('one-time authorization could not be claimed; failing closed');
});
