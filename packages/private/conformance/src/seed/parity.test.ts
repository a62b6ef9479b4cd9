import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { aegis } from './aegis.js';
import { meshguard } from './meshguard.js';
import { rampart } from './rampart.js';
import { renderParity } from './render.js';

const documents = [rampart, meshguard, aegis];
const page = new URL('../../../../../docs/seed-parity.md', import.meta.url);

for (const { gateway: name, rows } of documents) {
  describe(`seed of ${name}`, () => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await startGateway();
    });
    afterAll(() => gateway.close());
    for (const { item, via, run } of rows) test(`${item} (${via})`, () => run(gateway));
  });
}

test('docs/seed-parity.md is what these tests show', () => {
  const rendered = renderParity(documents);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, rendered);
  expect(readFileSync(page, 'utf8')).toBe(rendered);
});
