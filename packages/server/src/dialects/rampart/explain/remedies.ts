import { stringify } from 'yaml';
import { isHighRiskCommand, isHighRiskPath } from '../documents/high-risk.js';
import { djb2, literalPattern } from '../documents/learned-rule.js';
import { loadPolicies } from '../documents/load.js';
import { compilePolicies } from '../policy/compile.js';
import { globProblem } from '../policy/globs/glob.js';
import type { Facts, PolicyDocument, Rule, ToolCall, Verdict, When } from '../policy/model.js';
import type { PolicySet } from '../policy/policy.js';

const OVERRIDES = 'user-overrides.yaml';

/** Something that a person can do so that a call is let through. */
export interface Remedy {
  /** In words. */
  readonly what: string;
  /** Where the text belongs, and what it is. */
  readonly file?: string;
  readonly yaml?: string;
  /** What to type, once an agent has asked. */
  readonly command?: string;
}

/** A refused call, and what it was refused by. */
export interface Refused {
  readonly policies: Pick<PolicySet, 'documents'>;
  /** The file whose allows outrank all but a deny; undefined when the gateway has no policy directory. */
  readonly overrides: string | undefined;
  readonly call: ToolCall;
  readonly facts: Facts;
  readonly verdict: Verdict;
  /** False for a call that no policy was asked about: there is nothing to be done about it in a policy. */
  readonly judged: boolean;
}

/** What would let a refused call through. Whatever changes a policy is tried first: it is said only if it helps. */
export function remediesFor(refused: Refused): readonly Remedy[] {
  const { call, verdict, judged } = refused;
  if (!judged || passes(verdict) || verdict.action === 'webhook') return [];
  if (isHighRiskCommand(call.command) || isHighRiskPath(call.path, call.tool)) {
    return [{ what: 'Nothing is suggested: what it asks for is too dangerous to be allowed by a rule.' }];
  }
  const [, , text] = subjectOf(call);
  // No pattern can be written for it: neither an exception nor a rule would help.
  if (globProblem(literalPattern(text)) !== undefined || !text.isWellFormed()) return [];
  if (verdict.action === 'deny' && verdict.deciding !== undefined) return excluded(refused, verdict.deciding);
  const approval = {
    what: 'a human approves it, when an agent has asked',
    command: 'sallyport approvals approve ID',
  };
  return [...(verdict.action === 'ask' ? [approval] : []), ...allowed(refused)];
}

const passes = ({ action }: Verdict): boolean => action === 'allow' || action === 'watch';

/** What a rule for exactly this call looks at. */
function subjectOf({
  tool,
  command,
  path,
  url,
}: ToolCall): readonly [condition: keyof When, yaml: string, text: string] {
  if (tool === 'exec' || (command !== '' && path === '')) return ['commandMatches', 'command_matches', command];
  return url === '' ? ['pathMatches', 'path_matches', path] : ['urlMatches', 'url_matches', url];
}

/** A rule among those that outrank all but a deny. */
function allowed({ policies, overrides, call, facts }: Refused): readonly Remedy[] {
  const { tool } = call;
  const [, condition, text] = subjectOf(call);
  const when = text === '' ? { default: true } : { [condition]: [literalPattern(text)] };
  const name = `allow-${tool.replace(/[^\w-]+/g, '-')}-${djb2(`${tool}\0${text}`)}`;
  const yaml = stringify([{ name, match: { tool: [tool] }, rules: [{ action: 'allow', when }] }], { lineWidth: 0 });
  const document = loadPolicies(`version: "1"\npolicies:\n${yaml}`, overrides ?? OVERRIDES);
  if (!passes(compilePolicies([...policies.documents, document]).evaluate(call, facts))) return [];
  const place = overrides === undefined ? ', in the folder that `serve --policies` is given' : '';
  return [
    { what: `this policy under "policies" of ${overrides ?? OVERRIDES}${place}`, file: overrides ?? OVERRIDES, yaml },
  ];
}

const EXCLUSIONS: Readonly<Partial<Record<keyof When, 'commandNotMatches' | 'pathNotMatches'>>> = {
  commandMatches: 'commandNotMatches',
  pathMatches: 'pathNotMatches',
};
const EXCLUSION_KEYS = { commandNotMatches: 'command_not_matches', pathNotMatches: 'path_not_matches' } as const;

/** An exception to the rule that denies; nothing outranks it. */
function excluded(refused: Refused, { policy, rule, index }: NonNullable<Verdict['deciding']>): readonly Remedy[] {
  const { policies, call, facts } = refused;
  const { file, line } = rule.source;
  if (file.startsWith('embedded:')) {
    return [{ what: `a policy named "${policy.name}" in a file of your own, which replaces the built-in one` }];
  }
  const [condition, , text] = subjectOf(call);
  const key = EXCLUSIONS[condition];
  if (key === undefined || text === '') return [];
  const exceptions = [...(rule.when[key] ?? []), literalPattern(text)];
  const narrowed = replacing(policies.documents, rule, { ...rule, when: { ...rule.when, [key]: exceptions } });
  // Where nothing else allows the call, an exception alone leaves it to a default that denies.
  const isEnough = passes(compilePolicies(narrowed).evaluate(call, facts));
  const besides = isEnough ? [] : allowed({ ...refused, policies: { documents: narrowed } });
  if (!isEnough && besides.length === 0) return [];
  const what = `an exception under "when" of rule ${index} of policy "${policy.name}" (${file}:${line})`;
  const exception = { what, file, yaml: stringify({ [EXCLUSION_KEYS[key]]: exceptions }, { lineWidth: 0 }) };
  return [exception, ...besides.map((remedy) => ({ ...remedy, what: `besides, ${remedy.what}` }))];
}

function replacing(documents: readonly PolicyDocument[], old: Rule, by: Rule): readonly PolicyDocument[] {
  return documents.map((document) => ({
    ...document,
    policies: document.policies.map((policy) => ({
      ...policy,
      rules: policy.rules.map((rule) => (rule === old ? by : rule)),
    })),
  }));
}
