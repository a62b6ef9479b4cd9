import { ConfigurationError } from '@sallyport/core';
import { RE2JS } from 're2js';
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

function regexProblem(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

/** The first thing in a rule that cannot be matched with, in words. */
function problemIn(rule: Rule): string | undefined {
  for (const [key, patterns] of Object.entries(globsOf(rule))) {
    for (const pattern of patterns) {
      const problem = globProblem(pattern);
      if (problem !== undefined) return `${key} pattern ${JSON.stringify(pattern)} ${problem}`;
    }
  }
  for (const pattern of [...(rule.when.responseMatches ?? []), ...(rule.when.responseNotMatches ?? [])]) {
    const problem = regexProblem(pattern);
    if (problem !== undefined) return `response pattern ${JSON.stringify(pattern)} is not RE2 syntax: ${problem}`;
  }
  return undefined;
}

/**
 * Makes sure that no pattern would silently match nothing: a deny that never fires is worse than a file that does not load.
 *
 * @throws ConfigurationError that names the policy, the rule, and where it is written.
 */
export function assertCompilable(policies: readonly Policy[]): void {
  for (const { name, rules } of policies) {
    for (const [index, rule] of rules.entries()) {
      const problem = problemIn(rule);
      if (problem === undefined) continue;
      const { file, line } = rule.source;
      throw new ConfigurationError(`${file}:${line}: policy ${JSON.stringify(name)}: rule ${index}: ${problem}`);
    }
  }
}
