import { patternBase } from '../globs/path.js';
import type { Rule, RuleAction, When } from '../model.js';
import type { Check, Stance } from './check.js';
import { commandChecks } from './command-checks.js';
import type { CommandField } from './command-field.js';
import { countCheck, depthCheck, domainCheck, paramCheck, sessionCheck, urlCheck } from './field-checks.js';
import { pathCheck } from './path-check.js';
import type { IndexedField, Patterns, Tables } from './tables.js';

/** What must be there before a rule is worth looking at: one of the patterns of a field, anything, or nothing ever. */
export type Trigger = { readonly field: IndexedField; readonly patterns: Patterns } | 'always' | 'never';

/** A rule with its conditions compiled. */
export interface CompiledRule {
  readonly rule: Rule;
  /** Index in its policy. */
  readonly index: number;
  readonly trigger: Trigger;
  /** All must hold, in this order. */
  readonly checks: readonly Check[];
  /** What it wants of the command, when it wants anything. */
  readonly command?: CommandField;
  /** Directories that its absolute path patterns start from. */
  readonly pathBases: readonly string[];
}

/** Restrictions are matched generously, grants strictly. */
function stanceOf(action: RuleAction): Stance {
  return action === 'allow' || action === 'watch' || action === 'webhook' ? 'grants' : 'restricts';
}

/**
 * Compiles a rule's conditions and adds their patterns to the tables.
 *
 * @param persisted - whether the rule stands in the file of approvals that were written down.
 */
export function compileRule(rule: Rule, index: number, tables: Tables, persisted: boolean): CompiledRule {
  const { when } = rule;
  if (when.default === true || isEmpty(when)) return { rule, index, trigger: 'always', checks: [], pathBases: [] };

  const kind = { stance: stanceOf(rule.action), persisted };
  const command = commandChecks(when, kind, tables);
  const path = pathCheck(when, kind, tables);
  const url = urlCheck(when, tables);
  const domain = domainCheck(when, tables);
  const checks: Check[] = [];
  if (when.sessionMatches?.length) checks.push(sessionCheck(when.sessionMatches, true));
  if (when.sessionNotMatches?.length) checks.push(sessionCheck(when.sessionNotMatches, false));
  if (when.agentDepth !== undefined) checks.push(depthCheck(when.agentDepth));
  checks.push(...command.checks);
  for (const indexed of [path, url, domain]) if (indexed !== undefined) checks.push(indexed.check);
  if (when.toolParamMatches !== undefined) checks.push(paramCheck(when.toolParamMatches));
  if (when.callCount !== undefined) checks.push(countCheck(when.callCount));

  const triggers: Trigger[] = [];
  if (command.field.wanted.size > 0) triggers.push({ field: 'commands', patterns: command.field.wanted });
  if (path !== undefined) triggers.push({ field: 'paths', patterns: path.wanted });
  if (url !== undefined) triggers.push({ field: 'urls', patterns: url.wanted });
  if (domain !== undefined) triggers.push({ field: 'domains', patterns: domain.wanted });
  const trigger = triggers[0] ?? (wantsAnything(when) ? 'always' : 'never');
  const pathBases = [...(when.pathMatches ?? []), ...(when.pathNotMatches ?? [])].flatMap(
    (pattern) => patternBase(pattern) ?? [],
  );
  const compiled = { rule, index, trigger, checks, pathBases };
  return command.field.wanted.size > 0 ? { ...compiled, command: command.field } : compiled;
}

/** Whether a condition asks for something; exclusions and response patterns alone never make a rule fire on a request. */
function wantsAnything(when: When): boolean {
  return (
    (when.commandEnvAssignments?.length ?? 0) > 0 ||
    (when.sessionMatches?.length ?? 0) > 0 ||
    Object.keys(when.toolParamMatches ?? {}).length > 0 ||
    when.agentDepth !== undefined ||
    when.callCount !== undefined
  );
}

function isEmpty({ default: _, ...conditions }: When): boolean {
  return Object.values(conditions).every(
    (condition) => condition === undefined || (typeof condition === 'object' && Object.keys(condition).length === 0),
  );
}
