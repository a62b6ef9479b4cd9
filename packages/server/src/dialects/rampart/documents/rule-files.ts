import { StoreUnavailableError } from '../../../store/errors.js';
import type { PolicyDocument, Rule } from '../policy/model.js';
import { PolicyLoadError, PolicyStoreError } from './errors.js';
import type { Changed } from './files.js';
import { type AutoAllowedRule, autoAllowedRules } from './learned-rule.js';
import { loadPolicies } from './load.js';
import { type NewRule, type RulePlace, withoutPolicy, withoutRules, withRule } from './override-text.js';
import type { OverrideFile, PolicySource } from './policy-source.js';

/** A rule that is now in its file; `created` is false when it was before. */
export interface Added extends NewRule {
  readonly created: boolean;
}

/** Changes policy files. Each change reads the file anew, checks what it would become, and replaces it as a whole; callers take turns. */
export class RuleFiles {
  readonly #source: PolicySource;

  constructor(source: PolicySource) {
    this.#source = source;
  }

  async add(file: OverrideFile, rule: NewRule): Promise<Added> {
    const path = this.#source.overridePath(file);
    return this.#change(path, (text): Changed<Added> => {
      const present = loadPolicies(text ?? '', path).policies;
      const same = present.find((policy) => isFor(policy, rule));
      if (same) return { answer: { ...rule, name: same.name, created: false } };
      const named = { ...rule, name: freeName(rule.name, new Set(present.map(({ name }) => name))) };
      return { text: withRule(text, named), answer: { ...named, created: true } };
    });
  }

  async autoAllowed(): Promise<readonly AutoAllowedRule[]> {
    const path = this.#source.overridePath('auto-allowed.yaml');
    return autoAllowedRules(loadPolicies((await this.#source.text(path)) ?? '', path));
  }

  async deleteAutoAllowed(name: string): Promise<void> {
    const path = this.#source.overridePath('auto-allowed.yaml');
    await this.#change(path, (text = '') => {
      const index = loadPolicies(text, path).policies.findIndex((policy) => policy.name === name);
      if (index === -1) throw new PolicyStoreError('unknown_rule', `no rule with name "${name}"`);
      return { text: withoutPolicy(text, index), answer: undefined };
    });
  }

  async claim(rule: Rule): Promise<void> {
    try {
      const path = rule.source.file;
      await this.#change(path, (text = '') => {
        const place = findOnce(loadPolicies(text, path), rule);
        if (!place) throw new PolicyStoreError('rule_claimed', 'the rule is no longer in its file');
        return { text: withoutRules(text, [place]), answer: undefined };
      });
    } catch (cause) {
      const text = 'one-time authorization could not be claimed; failing closed';
      throw new PolicyStoreError('rule_claimed', text, cause);
    }
  }

  /** Takes expired rules out of these files; the primary file and built-in profiles are left alone. */
  async removeExpired(documents: readonly PolicyDocument[], now: number): Promise<void> {
    const expired = (rule: Rule) => rule.expiresAt !== undefined && rule.expiresAt <= now;
    for (const { file } of documents) {
      if (!this.#source.isInDirectory(file)) continue;
      await this.#change(file, (text = '') => {
        const places = placesOf(loadPolicies(text, file), expired);
        return { ...(places.length > 0 && { text: withoutRules(text, places) }), answer: undefined };
      });
    }
  }

  /** A file that does not load must be mended by a person first: writing to it could only make it worse. */
  async #change<T>(path: string, change: (text: string | undefined) => Changed<T>): Promise<T> {
    try {
      return await this.#source.change(path, (text) => {
        const changed = change(text);
        if (changed.text !== undefined) loadPolicies(changed.text, path);
        return changed;
      });
    } catch (error) {
      // A refusal is told as it is, and so is a store that may take the change later.
      if (error instanceof PolicyStoreError || error instanceof StoreUnavailableError) throw error;
      throw failed(path, error);
    }
  }
}

function failed(path: string, cause: unknown): PolicyStoreError {
  const why = cause instanceof PolicyLoadError ? cause.message : cause instanceof Error ? cause.message : String(cause);
  return new PolicyStoreError('write_failed', `${path} was not changed: ${why}`, cause);
}

function isFor(policy: PolicyDocument['policies'][number], { tool, pattern }: NewRule): boolean {
  const [rule, ...others] = policy.rules;
  if (!rule || others.length > 0 || rule.action !== 'allow' || rule.once || rule.expiresAt !== undefined) return false;
  const key = tool === 'exec' ? 'commandMatches' : 'pathMatches';
  const { tools } = policy.match;
  return (
    tools?.length === 1 &&
    tools[0] === tool &&
    Object.keys(rule.when).length === 1 &&
    rule.when[key]?.length === 1 &&
    rule.when[key][0] === pattern
  );
}

/** Two patterns may share a short hash. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let count = 2; taken.has(free); count += 1) free = `${name}-${count}`;
  return free;
}

function placesOf({ policies }: PolicyDocument, wanted: (rule: Rule) => boolean): RulePlace[] {
  return policies.flatMap(({ rules }, policy) =>
    rules.flatMap((rule, index): RulePlace[] => (wanted(rule) ? [[policy, index]] : [])),
  );
}

/** Lines move when the file is edited, so a rule is known by what it says, and by its line only among equals. */
function findOnce(document: PolicyDocument, rule: Rule): RulePlace | undefined {
  const says = ({ source: _, ...rest }: Rule) => JSON.stringify(rest);
  const equal = placesOf(document, (other) => other.once && says(other) === says(rule));
  const sameLine = ([p, r]: RulePlace) => document.policies[p]?.rules[r]?.source.line === rule.source.line;
  return equal.find(sameLine) ?? equal[0];
}
