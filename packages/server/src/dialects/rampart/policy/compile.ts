import { createHash } from 'node:crypto';
import { type DefaultAction, evaluateRequest } from './evaluate.js';
import { RegexTable } from './index/regex-table.js';
import type { Facts, PolicyDocument, ToolCall, Verdict } from './model.js';
import { Planner } from './plan.js';
import type { PolicySet } from './policy.js';
import { compileResponseRules, evaluateResponse, type ResponseRule } from './responses.js';
import { compileRule } from './rules/rule.js';
import { createTables, type Tables } from './rules/tables.js';
import { type CompiledPolicy, compileScope, durableMessage, includesTool, isPersisted, profileOf } from './scope.js';
import { explain } from './trace.js';
import { assertCompilable } from './validate.js';

/** How policies are read. */
export interface CompileOptions {
  /**
   * Whether the host finds programs and files by names in any case, as Windows and macOS do: restrictions then match in
   * any case, grants let only the program's case go. Off by default.
   */
  readonly ignoreCase?: boolean;
}

/**
 * Compiles documents, in load order, into a set that is ready to decide.
 *
 * @throws ConfigurationError when a pattern cannot be compiled; it names the policy, file and line.
 */
export function compilePolicies(documents: readonly PolicyDocument[], options: CompileOptions = {}): PolicySet {
  return new CompiledPolicies(documents, options);
}

class CompiledPolicies implements PolicySet {
  readonly revision: string;
  readonly documents: readonly PolicyDocument[];
  readonly defaultAction: DefaultAction;
  readonly parameters: ReadonlySet<string>;
  readonly planner: Planner;
  readonly tables: Tables;
  readonly regexes = new RegexTable();
  readonly byPolicy: ReadonlyMap<CompiledPolicy, readonly ResponseRule[]>;
  readonly #policies: readonly CompiledPolicy[];

  constructor(documents: readonly PolicyDocument[], { ignoreCase = false }: CompileOptions) {
    this.documents = documents;
    this.tables = createTables(ignoreCase);
    this.revision = createHash('sha256').update(JSON.stringify(documents)).digest('hex');
    this.defaultAction = documents.find((document) => document.defaultAction !== undefined)?.defaultAction ?? 'deny';
    const enabled = documents
      .flatMap((document) => document.policies)
      .filter((policy) => policy.enabled)
      .sort((a, b) => a.priority - b.priority);
    assertCompilable(enabled);
    this.#policies = enabled.map((policy, position) => ({
      policy,
      position,
      rules: policy.rules.map((rule, index) => compileRule(rule, index, this.tables, isPersisted(policy.source.file))),
      profile: profileOf(policy.source.file),
      durableMessage: durableMessage(policy.source.file),
      scope: compileScope(policy),
    }));
    this.planner = new Planner(this.#policies);
    this.byPolicy = new Map(
      this.#policies
        .map((policy) => [policy, compileResponseRules(policy.policy, this.regexes)] as const)
        .filter(([, rules]) => rules.length > 0),
    );
    this.parameters = new Set(this.#rules().flatMap(({ when }) => Object.keys(when.toolParamMatches ?? {})));
    for (const table of [this.tables.commands, this.tables.paths, this.tables.urls, this.tables.domains]) table.seal();
  }

  countsFor(tool: string): { readonly tool: string; readonly windowMs: number }[] {
    const counts = new Map<string, { readonly tool: string; readonly windowMs: number }>();
    for (const { policy, scope } of this.#policies) {
      if (!includesTool(scope, tool)) continue;
      for (const { when } of policy.rules) {
        if (when.callCount === undefined) continue;
        const count = { tool: when.callCount.tool ?? tool, windowMs: when.callCount.windowMs };
        counts.set(`${count.windowMs} ${count.tool}`, count);
      }
    }
    return [...counts.values()];
  }

  scansResponses(tool: string): boolean {
    return [...this.byPolicy.keys()].some(({ scope }) => includesTool(scope, tool));
  }

  evaluate(call: ToolCall, facts: Facts, options: { readonly trace?: boolean } = {}): Verdict {
    const verdict = evaluateRequest(this, call, facts);
    return options.trace === true ? { ...verdict, trace: explain(this, call, facts, verdict) } : verdict;
  }

  evaluateResponse(call: ToolCall, response: string): Verdict {
    return evaluateResponse(this, call, response);
  }

  #rules() {
    return this.#policies.flatMap(({ policy }) => policy.rules);
  }
}
