import { setImmediate as turn } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestGateway, testGateway } from '../testing/gateways.js';
import { docsPage } from './docs-page.js';

/** As much of a browser's nodes as the page needs. */
class FakeNode {
  readonly tag: string;
  id = '';
  className = '';
  href = '';
  textContent = '';
  hidden = false;
  open = false;
  readonly dataset: Record<string, string> = {};
  readonly children: FakeNode[] = [];
  readonly listeners: Record<string, (event: object) => void> = {};

  constructor(tag: string) {
    this.tag = tag;
  }

  append(...nodes: FakeNode[]): void {
    this.children.push(...nodes);
  }

  addEventListener(name: string, listener: (event: object) => void): void {
    this.listeners[name] = listener;
  }

  querySelectorAll(tag: string): FakeNode[] {
    return this.all().filter((node) => node.tag === tag);
  }

  scrollIntoView(): void {}

  all(): FakeNode[] {
    return [this, ...this.children.flatMap((child) => child.all())];
  }

  text(): string {
    return [this.textContent, ...this.children.map((child) => child.text())].filter((part) => part !== '').join(' ');
  }
}

let t: TestGateway;
let page: FakeNode;
const named = (id: string) => page.all().find((node) => node.id === id) ?? new FakeNode('nothing');

beforeAll(async () => {
  t = await testGateway({ rampart: { metrics: true } });
  const { text } = await t.send('GET', '/openapi.json', { token: '' });
  page = new FakeNode('body');
  for (const [, id = ''] of docsPage.body.matchAll(/id="(\w+)"/g)) {
    const node = new FakeNode('div');
    node.id = id;
    page.append(node);
  }
  const document = {
    createElement: (tag: string) => new FakeNode(tag),
    createTextNode: (words: string) => Object.assign(new FakeNode('#text'), { textContent: words }),
    getElementById: (id: string) => page.all().find((node) => node.id === id),
  };
  const location = { origin: 'http://localhost:9090', hash: '#rampart.decideTool' };
  const fetch = async () => ({ json: async () => JSON.parse(text) });
  runInNewContext(docsPage.script, { document, location, fetch });
  for (let tries = 0; tries < 100 && named('operations').children.length === 0; tries++) await turn();
});
afterAll(() => t.close());

test('the page shows what an operation does, takes and answers', () => {
  const text = named('rampart.decideTool').text().replace(/\s+/g, ' ');
  expect(text).toContain('POST /v1/tool/{toolName} Decide on a tool call');
  expect(text).toContain('Needs a token with eval scope.');
  expect(text).toContain(
    `curl \\ -X POST \\ 'http://localhost:9090/v1/tool/{toolName}' \\ -H "Authorization: Bearer $TOKEN"`,
  );
  expect(text).toContain('toolName required path 1 to 128 letters');
  expect(text).toContain('Prefer header wait=N holds a call');
  expect(text).toContain('Idempotency-Key header Names the request');
  expect(text).toContain('params object or null The tool’s arguments, such as');
  expect(text).toContain('Example body { "agent": "my-agent"');
  expect(text).toContain('202 A human has to decide.');
  expect(text).toContain('approval.timeout_ms required integer Milliseconds that the user has');
  expect(text).toContain('preference-applied header');
  expect(named('rampart.decideTool').open).toBe(true);
});

test('the page finds routes by what they do', () => {
  named('find').listeners['input']?.({ target: { value: 'Signed Link' } });
  const shown = named('operations')
    .querySelectorAll('section')
    .filter(({ hidden }) => !hidden)
    .flatMap((section) => section.children.filter((node) => node.tag === 'details' && !node.hidden));
  expect(shown.map(({ id }) => id)).toEqual(['rampart.resolveApproval', 'rampart.openApproval']);
});
