import { compileConditions, rateLimitsOf } from './conditions.js';
import { APPROVAL_KEYS, DELEGATION_KEYS, POLICY_KEYS, RULE_KEYS, unknownKey, WRAPPER_KEYS } from './keys.js';
import type { AlertLevel, AppliesTo, DelegationLimits, Effect, PolicyDocument, PolicyRule } from './model.js';
import { covers } from './pattern.js';
import { TIER_WORDS, tierLevel } from './tiers.js';

/** What is wrong, or odd, about a policy document. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Where: `rules[2].effect`; empty for the document itself. */
  readonly path: string;
  readonly message: string;
}

/** A document that was looked through: usable when there is no error among the problems. */
export interface ReadDocument {
  readonly document?: PolicyDocument;
  readonly problems: readonly Problem[];
}

type Fields = Readonly<Record<string, unknown>>;

const MAX_RULES = 1000;
const MAX_PATTERNS = 1000;
const MAX_CHARS = 4096;
const SELECTORS = ['trustTiers', 'tags', 'agentIds', 'orgIds'] as const;
const ALERTS: readonly AlertLevel[] = ['info', 'warning', 'critical'];
const EFFECTS: ReadonlyMap<string, Effect> = new Map([
  ['allow', 'allow'],
  ['deny', 'deny'],
  ['require_approval', 'require_approval'],
  ['approval_required', 'require_approval'],
]);
const TOOLKIT = 'governance.toolkit/v1';
const EXTENSIONS = 'meshguard.app/v1';

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads a policy document as it was parsed from JSON or YAML: the documented form, or the Governance Toolkit's. */
export function readDocument(given: unknown): ReadDocument {
  const reader = new DocumentReader();
  const document = reader.read(given);
  const failed = document === undefined || reader.problems.some(({ severity }) => severity === 'error');
  return { problems: reader.problems, ...(!failed && { document }) };
}

class DocumentReader {
  readonly problems: Problem[] = [];

  read(given: unknown): PolicyDocument | undefined {
    if (!isFields(given)) {
      this.#error('', 'the policy must be an object');
      return undefined;
    }
    const fields = 'apiVersion' in given || 'kind' in given ? this.#unwrap(given) : given;
    this.#keys('', fields, POLICY_KEYS);
    const { version, description, audit } = fields;
    if (version === undefined) this.#warn('version', 'there is no version');
    const delegation = this.#delegation(fields['delegation']);
    const rateLimits = this.#rateLimits(fields['rateLimits']);
    const humanInTheLoop = this.#humanInTheLoop(fields['humanInTheLoop']);
    return {
      name: this.#name(fields['name']),
      ...(version !== undefined && { version: String(version) }),
      ...(typeof description === 'string' && { description }),
      appliesTo: this.#appliesTo(fields['appliesTo']),
      rules: this.#rules(fields['rules']),
      defaultEffect: this.#defaultEffect(fields['defaultEffect']),
      ...(delegation !== undefined && { delegation }),
      ...(rateLimits !== undefined && { rateLimits }),
      ...(humanInTheLoop !== undefined && { humanInTheLoop }),
      ...(isFields(audit) && { audit }),
    };
  }

  /** `apiVersion`, `kind`, `metadata`, `spec`. */
  #unwrap(given: Fields): Fields {
    this.#keys('', given, WRAPPER_KEYS);
    const { apiVersion, kind, metadata, spec } = given;
    if (apiVersion !== TOOLKIT && apiVersion !== EXTENSIONS) {
      this.#warn('apiVersion', `unknown apiVersion; known are ${TOOLKIT} and ${EXTENSIONS}`);
    }
    if (kind !== 'Policy') this.#error('kind', 'must be "Policy"');
    if (!isFields(spec)) this.#error('spec', 'must be an object');
    const { bindings, ...inner } = isFields(spec) ? spec : {};
    if (bindings !== undefined && inner['appliesTo'] !== undefined) {
      this.#error('spec.bindings', 'is another word for appliesTo: give one of them');
    }
    const { name, version } = isFields(metadata) ? metadata : {};
    return { appliesTo: bindings, ...inner, name, version };
  }

  #name(name: unknown): string {
    if (typeof name === 'string' && /^[^\p{Cc}/]{1,128}$/u.test(name) && name.isWellFormed()) return name;
    this.#error('name', 'must be 1 to 128 characters without slashes and control characters');
    return '';
  }

  #appliesTo(given: unknown): AppliesTo {
    if (given !== undefined && !isFields(given)) this.#error('appliesTo', 'must be an object of selectors');
    const fields = isFields(given) ? given : {};
    const [trustTiers = [], tags = [], agentIds = [], orgIds = []] = SELECTORS.map((name) =>
      fields[name] == null ? [] : this.#texts(`appliesTo.${name}`, fields[name]),
    );
    for (const tier of trustTiers) {
      if (tierLevel(tier) === undefined) {
        this.#error(
          'appliesTo.trustTiers',
          `"${tier.slice(0, 64)}" is no trust tier; known are ${TIER_WORDS.join(', ')}`,
        );
      }
    }
    const selectors = { trustTiers, tags, agentIds, orgIds };
    if (Object.values(selectors).every((list) => list.length === 0)) {
      this.#warn('appliesTo', 'there are no selectors: the policy applies to no agent');
    }
    for (const name of Object.keys(fields)) {
      if (!SELECTORS.some((known) => known === name)) this.#error(`appliesTo.${name}`, 'is no selector');
    }
    return selectors;
  }

  #rules(given: unknown): readonly PolicyRule[] {
    if (!Array.isArray(given) || given.length === 0) {
      this.#error('rules', 'must be a list of at least one rule');
      return [];
    }
    if (given.length > MAX_RULES) {
      this.#error('rules', `must be at most ${MAX_RULES}`);
      return [];
    }
    const rules = given.map((rule: unknown, index) => this.#rule(rule, index));
    this.#warnUnreachable(rules);
    return rules;
  }

  #rule(given: unknown, index: number): PolicyRule {
    const at = `rules[${index}]`;
    if (!isFields(given)) this.#error(at, 'must be an object');
    const fields = isFields(given) ? given : {};
    this.#keys(at, fields, RULE_KEYS);
    const { id, name, reason, description, conditions } = fields;
    const effect = this.#effect(`${at}.effect`, fields['effect']);
    const actions = this.#actions(`${at}.actions`, fields['actions']);
    // Shown policies say the actions in one text, too.
    if (fields['action'] !== undefined && fields['action'] !== actions.join(', ')) {
      this.#error(`${at}.action`, 'is not read: name the patterns in actions, a list');
    }
    const alert = ALERTS.find((level) => level === fields['alert']);
    if (fields['alert'] != null && alert === undefined)
      this.#error(`${at}.alert`, `must be one of ${ALERTS.join(', ')}`);
    if (conditions != null && !isFields(conditions)) this.#error(`${at}.conditions`, 'must be an object');
    for (const key of compileConditions(isFields(conditions) ? conditions : {}).unknown) {
      this.#warn(
        `${at}.conditions.${key}`,
        'is unknown: an allow never matches because of it, any other rule as if it held',
      );
    }
    const label = this.#label(at, 'name', name);
    return {
      id: this.#label(at, 'id', id) ?? label ?? `rule-${index + 1}`,
      ...(label !== undefined && { name: label }),
      effect,
      actions,
      ...(typeof reason === 'string' && reason !== '' && { reason: reason.slice(0, MAX_CHARS) }),
      ...(typeof description === 'string' && { description }),
      ...(alert !== undefined && { alert }),
      ...(isFields(conditions) && { conditions }),
    };
  }

  #label(at: string, field: 'id' | 'name', value: unknown): string | undefined {
    if (value == null || value === '') return undefined;
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text === 'string' && /^\P{Cc}{1,256}$/u.test(text) && text.isWellFormed()) return text;
    this.#error(`${at}.${field}`, 'must be one line of at most 256 characters');
    return undefined;
  }

  #effect(path: string, value: unknown): Effect {
    const effect = EFFECTS.get(String(value).toLowerCase());
    if (effect === undefined) this.#error(path, 'must be allow, deny or require_approval');
    return effect ?? 'deny';
  }

  #actions(path: string, value: unknown): readonly string[] {
    if (value == null || (Array.isArray(value) && value.length === 0))
      this.#error(path, 'must be a list of at least one pattern');
    else return this.#texts(path, value);
    return [];
  }

  #defaultEffect(value: unknown): 'allow' | 'deny' {
    const effect = String(value).toLowerCase();
    if (effect === 'allow' || effect === 'deny') return effect;
    this.#warn('defaultEffect', `${value === undefined ? 'there is none' : 'must be allow or deny'}: deny is taken`);
    return 'deny';
  }

  #delegation(given: unknown): DelegationLimits | undefined {
    if (given == null) return undefined;
    if (!isFields(given)) {
      this.#error('delegation', 'must be an object');
      return undefined;
    }
    this.#keys('delegation', given, DELEGATION_KEYS);
    const { maxDepth, permissionCeiling } = given;
    const whole = typeof maxDepth === 'number' && Number.isInteger(maxDepth) && maxDepth >= 0;
    if (maxDepth != null && !whole) this.#error('delegation.maxDepth', 'must be a whole number from 0 up');
    return {
      ...(whole && { maxDepth }),
      ...(permissionCeiling != null && {
        permissionCeiling: this.#texts('delegation.permissionCeiling', permissionCeiling),
      }),
    };
  }

  #rateLimits(given: unknown) {
    if (given == null) return undefined;
    const limits = rateLimitsOf(given);
    if (limits === undefined) {
      this.#error('rateLimits', 'must name requestsPerMinute or requestsPerHour, whole numbers from 1 up');
    }
    return limits;
  }

  #humanInTheLoop(given: unknown) {
    if (given == null) return undefined;
    if (isFields(given)) this.#keys('humanInTheLoop', given, APPROVAL_KEYS);
    const patterns = isFields(given) ? given['requireApproval'] : undefined;
    return { requireApproval: this.#texts('humanInTheLoop.requireApproval', patterns) };
  }

  #texts(path: string, value: unknown): readonly string[] {
    const ok =
      Array.isArray(value) &&
      value.length <= MAX_PATTERNS &&
      value.every((item): item is string => typeof item === 'string' && item !== '' && item.length <= MAX_CHARS);
    if (ok) return value;
    this.#error(path, `must be a list of at most ${MAX_PATTERNS} texts of 1 to ${MAX_CHARS} characters`);
    return [];
  }

  /** The first rule that matches wins: what an earlier one without conditions takes away never comes to a later one. */
  #warnUnreachable(rules: readonly PolicyRule[]): void {
    const taken: string[] = [];
    for (const [index, { actions, conditions }] of rules.entries()) {
      if (actions.length > 0 && actions.every((action) => taken.some((earlier) => covers(earlier, action)))) {
        this.#warn(`rules[${index}]`, 'is never reached: earlier rules match all of its actions');
      }
      // Enough for people's policies, and never quadratic in a hostile one.
      if (conditions === undefined && taken.length < MAX_PATTERNS)
        taken.push(...actions.filter((action) => action.includes('*')));
    }
  }

  /** What nobody reads could be the very restriction that the policy is about. */
  #keys(path: string, fields: Fields, known: readonly string[]): void {
    const message = unknownKey(fields, known);
    if (message !== undefined) this.#error(path, message);
  }

  #error(path: string, message: string): void {
    this.problems.push({ severity: 'error', path, message });
  }

  #warn(path: string, message: string): void {
    this.problems.push({ severity: 'warning', path, message });
  }
}
