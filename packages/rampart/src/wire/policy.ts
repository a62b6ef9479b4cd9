import { compact } from '@sallyport/core/internal';
import { z } from 'zod';
import type {
  AutoAllowedRule,
  GatewayHealth,
  GatewayStatus,
  LearnedRule,
  LoadedPolicy,
  PolicyList,
  PolicyReload,
  PolicySummary,
  PolicyTest,
} from '../types/index.js';
import { counts, number, orEmpty, orNone, orZero, text, texts } from './fields.js';

export const policySummary = z
  .object({
    default_action: orEmpty,
    rules: orNone(z.object({ name: z.string(), action: z.string(), summary: orEmpty })),
    summary: orEmpty,
  })
  .transform(
    (body): PolicySummary => ({ defaultAction: body.default_action, rules: body.rules, summary: body.summary }),
  );

const loadedPolicy = z
  .object({
    name: z.string(),
    priority: number,
    source_file: orEmpty,
    match_tools: texts,
    match_agent: text,
    rule_count: orZero,
  })
  .transform(
    (body): LoadedPolicy =>
      compact({
        name: body.name,
        priority: body.priority,
        sourceFile: body.source_file,
        matchTools: body.match_tools,
        matchAgent: body.match_agent,
        ruleCount: body.rule_count,
      }),
  );

export const policyList = z
  .object({ policies: orNone(loadedPolicy), default_action: orEmpty, count: orZero })
  .transform(
    (body): PolicyList => ({ policies: body.policies, defaultAction: body.default_action, count: body.count }),
  );

export const policyReload = z
  .object({ success: z.boolean(), policies_loaded: orZero, rules_total: orZero, reload_time_ms: orZero })
  .transform(
    (body): PolicyReload => ({
      success: body.success,
      policiesLoaded: body.policies_loaded,
      rulesTotal: body.rules_total,
      reloadTimeMs: body.reload_time_ms,
    }),
  );

const autoAllowedRule = z
  .object({
    index: orZero,
    tool: orEmpty,
    command_pattern: orEmpty,
    path_pattern: text,
    name: z.string(),
    created: text,
  })
  .transform(
    (body): AutoAllowedRule =>
      compact({
        index: body.index,
        tool: body.tool,
        commandPattern: body.command_pattern,
        pathPattern: body.path_pattern,
        name: body.name,
        created: body.created,
      }),
  );

export const autoAllowedRules = z
  .object({ rules: orNone(autoAllowedRule) })
  .transform((body): readonly AutoAllowedRule[] => body.rules);

export const deletedRule = z.object({ deleted: z.literal(true) }).transform((): void => undefined);

export const learnedRule = z
  .object({ rule_name: z.string(), tool: orEmpty, pattern: orEmpty, decision: orEmpty, source: text })
  .transform(
    (body): Omit<LearnedRule, 'created'> =>
      compact({
        ruleName: body.rule_name,
        tool: body.tool,
        pattern: body.pattern,
        decision: body.decision,
        source: body.source,
      }),
  );

export const gatewayStatus = z
  .object({
    config_path: orEmpty,
    mode: z.string(),
    default_action: orEmpty,
    policy_count: orZero,
    rule_count: orZero,
    call_counts: counts,
  })
  .transform(
    (body): GatewayStatus => ({
      configPath: body.config_path,
      mode: body.mode,
      defaultAction: body.default_action,
      policyCount: body.policy_count,
      ruleCount: body.rule_count,
      callCounts: body.call_counts,
    }),
  );

export const gatewayHealth = z
  .object({
    status: z.string(),
    mode: orEmpty,
    uptime_seconds: orZero,
    service: text,
    version: text,
  })
  .transform(
    (body): GatewayHealth =>
      compact({
        status: body.status,
        mode: body.mode,
        uptimeSeconds: body.uptime_seconds,
        service: body.service,
        version: body.version,
      }),
  );

export const policyTest = z
  .object({
    command: z.string(),
    tool: z.string(),
    action: z.string(),
    message: orEmpty,
    matched_policies: texts,
    policy_scope: text,
  })
  .transform(
    (body): PolicyTest =>
      compact({
        command: body.command,
        tool: body.tool,
        action: body.action,
        message: body.message,
        matchedPolicies: body.matched_policies,
        policyScope: body.policy_scope,
      }),
  );
