import type { Notify, Policy, PolicyDocument, PolicyTest } from '../policy/model.js';
import { readAction } from './load-action.js';
import { readPolicy } from './load-policy.js';
import { readTests } from './load-tests.js';
import { YamlValue } from './yaml-value.js';

const DOCUMENT = ['version', 'default_action', 'policies', 'notify', 'tests'];
const NOTIFY = ['url', 'platform', 'on'];
const PLATFORMS = ['auto', 'slack', 'discord', 'teams', 'openclaw', 'webhook'] as const;

/**
 * Reads a policy file (version 1 of the policy language): one YAML document of at most 1 MiB, strictly.
 *
 * @param source - the text, or the bytes of the file.
 * @param file - its name in errors and in every rule's `source`.
 * @throws PolicyLoadError naming file, line and column.
 * @example
 * ```ts
 * import { loadPolicies } from '@sallyport/server';
 *
 * const text = 'policies: [{ name: no-rm, rules: [{ action: deny, when: { command_matches: ["rm *"] } }] }]';
 * loadPolicies(text, 'no-rm.yaml').policies.length; // 1
 * ```
 */
export function loadPolicies(source: string | Uint8Array, file: string): PolicyDocument {
  const root = YamlValue.parse(source, file);
  const fields = root.isNull ? new Map<string, YamlValue>() : root.fields('a policy file', DOCUMENT);
  const version = fields.get('version');
  if (version && version.string('version') !== '1') {
    version.fail(`unsupported policy version "${version.string('version')}"`);
  }
  const defaultAction = readDefaultAction(fields.get('default_action'));
  const notify = readNotify(fields.get('notify'));
  return {
    file,
    ...(defaultAction && { defaultAction }),
    policies: readPolicies(fields.get('policies')),
    ...(notify && { notify }),
    tests: readInlineTests(fields.get('tests')),
  };
}

function readDefaultAction(value: YamlValue | undefined): PolicyDocument['defaultAction'] {
  if (!value) return undefined;
  const text = value.string('default_action');
  const action = text === text.toLowerCase() ? readAction(text) : undefined;
  return !action || action === 'webhook' ? value.fail(`invalid default_action "${text}"`) : action;
}

function readPolicies(value: YamlValue | undefined): readonly Policy[] {
  const names = new Set<string>();
  return (value?.list('policies') ?? []).map((item, index) => {
    const policy = readPolicy(item, index);
    if (names.has(policy.name)) item.fail(`duplicate policy name "${policy.name}"`);
    names.add(policy.name);
    return policy;
  });
}

/** Without a URL there is nobody to notify, whatever else the section says. */
function readNotify(value: YamlValue | undefined): Notify | undefined {
  const fields = value?.fields('notify', NOTIFY);
  const url = fields?.get('url')?.string('notify.url') ?? '';
  const platformValue = fields?.get('platform');
  const name = platformValue?.string('notify.platform') || 'auto';
  const platform = PLATFORMS.find((known) => known === name);
  if (!platform) platformValue?.fail(`invalid notify.platform "${name}" (known are ${PLATFORMS.join(', ')})`);
  const on = fields?.get('on')?.list('notify.on').map(readNotifyAction);
  return url === '' || !platform ? undefined : { url, platform, on: on ? [...new Set(on)] : ['deny', 'ask'] };
}

/** Here, other than in a rule, the old name of `ask` is still understood. */
function readNotifyAction(value: YamlValue, index: number): Notify['on'][number] {
  const text = value.string(`notify.on item ${index}`).toLowerCase();
  const action = text === 'require_approval' ? 'ask' : readAction(text);
  if (!action) value.fail(`invalid notify.on action "${text}"`);
  return action;
}

function readInlineTests(value: YamlValue | undefined): readonly PolicyTest[] {
  return value ? readTests(value, 'tests') : [];
}
