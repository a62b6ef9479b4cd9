import { ConfigurationError } from '@sallyport/core';
import { globProblem } from './globs/glob.js';
import type { Policy, Rule } from './model.js';

/** The globs of a rule by the name of their key in a policy file. */
function globsOf({ when }: Rule): Readonly<Record<string, readonly string[]>> {
  return {
    command_matches: when.commandMatches ?? [],
    command_not_matches: when.commandNotMatches ?? [],
    command_env_assignments: when.commandEnvAssignments ?? [],
    path_matches: when.pathMatches ?? [],
    path_not_matches: when.pathNotMatches ?? [],
    url_matches: when.urlMatches ?? [],
    domain_matches: when.domainMatches ?? [],
    session_matches: when.sessionMatches ?? [],
    session_not_matches: when.sessionNotMatches ?? [],
    tool_param_matches: Object.values(when.toolParamMatches ?? {}),
  };
}

/** The first thing in a rule that cannot be matched with, in words. */
function problemIn(rule: Rule): string | undefined {
  for (const [key, patterns] of Object.entries(globsOf(rule))) {
    for (const pattern of patterns) {
      const problem = globProblem(pattern);
      if (problem !== undefined) return `${key} pattern ${JSON.stringify(pattern)} ${problem}`;
    }
  }
  return undefined;
}

/** The error for a rule that cannot be compiled; it says where the rule is written. */
export function uncompilable(
  policy: Policy,
  index: number,
  problem: string,
  options?: ErrorOptions,
): ConfigurationError {
  const { file, line } = policy.rules[index]?.source ?? policy.source;
  return new ConfigurationError(
    `${file}:${line}: policy ${JSON.stringify(policy.name)}: rule ${index}: ${problem}`,
    options,
  );
}

/**
 * Makes sure that no glob would silently match nothing: a deny that never fires is worse than a file that does not load.
 *
 * @throws ConfigurationError that names the policy, the rule, and where it is written.
 */
export function assertCompilable(policies: readonly Policy[]): void {
  for (const policy of policies) {
    for (const [index, rule] of policy.rules.entries()) {
      const problem = problemIn(rule);
      if (problem !== undefined) throw uncompilable(policy, index, problem);
    }
  }
}
