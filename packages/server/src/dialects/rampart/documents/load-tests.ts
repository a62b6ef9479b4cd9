import type { PolicyTest } from '../policy/model.js';
import { requireAction } from './load-action.js';
import type { YamlValue } from './yaml-value.js';

const TEST = ['name', 'tool', 'agent', 'session', 'params', 'response', 'expect', 'expect_message'];
const DEFAULT_AGENT = 'test';

/** Reads a list of policy tests; `what` begins its errors. @throws PolicyLoadError */
export function readTests(value: YamlValue, what: string): readonly PolicyTest[] {
  return value.list(what).map((item, index) => readTest(item, `${what}: test ${index}`));
}

function readTest(value: YamlValue, where: string): PolicyTest {
  const fields = value.fields(where, TEST);
  const text = (key: string) => fields.get(key)?.string(`${where}: ${key}`);
  const tool = text('tool') ?? '';
  if (tool === '') value.fail(`${where}: tool is required`);
  const expectValue = fields.get('expect');
  if (!expectValue) value.fail(`${where}: expect is required`);
  const [session, response, expectMessage] = [text('session'), text('response'), text('expect_message')];
  return {
    name: text('name') ?? '',
    tool,
    agent: text('agent') || DEFAULT_AGENT,
    ...(session !== undefined && { session }),
    params: readParams(fields.get('params'), `${where}: params`),
    ...(response !== undefined && { response }),
    expect: requireAction(expectValue, where, 'expect'),
    ...(expectMessage !== undefined && { expectMessage }),
    source: value.source,
  };
}

function readParams(value: YamlValue | undefined, what: string): Readonly<Record<string, unknown>> {
  const entries = [...(value?.fields(what) ?? [])];
  return Object.fromEntries(entries.map(([key, item]) => [key, item.json(`${what}.${key}`)]));
}
