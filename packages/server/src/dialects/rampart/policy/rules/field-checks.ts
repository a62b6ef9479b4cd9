import { compileGlob, slashed, withinMatchLimit } from '../globs/glob.js';
import { internDomain, internGlob } from '../index/patterns.js';
import type { AgentDepth, CallCount, When } from '../model.js';
import { type Check, list, quote } from './check.js';
import { printValue } from './params.js';
import { firstAmong, internAll, type Patterns, type Tables } from './tables.js';

/** A condition with the patterns that bring it into question. */
export interface IndexedCheck {
  readonly check: Check;
  readonly wanted: Patterns;
}

/** `url_matches`: command-style globs, in their case. */
export function urlCheck(when: When, tables: Tables): IndexedCheck | undefined {
  const wanted = internAll(when.urlMatches, (pattern) => internGlob(tables.urls, pattern));
  return wanted.size === 0 ? undefined : { wanted, check: indexedCheck(wanted, 'url') };
}

/** `domain_matches`: whole names without case, `*` crossing dots. */
export function domainCheck(when: When, tables: Tables): IndexedCheck | undefined {
  const wanted = internAll(when.domainMatches, (pattern) => internDomain(tables.domains, pattern));
  return wanted.size === 0 ? undefined : { wanted, check: indexedCheck(wanted, 'domain') };
}

function indexedCheck(wanted: Patterns, field: 'url' | 'domain'): Check {
  return {
    holds: (context) => firstAmong(wanted, context[field]) !== undefined,
    explain: (context) => {
      const value = context.call[field];
      const pattern = firstAmong(wanted, context[field]);
      if (value === '') return `there is no ${field}`;
      return pattern === undefined
        ? `no ${field} pattern fits ${quote(value)}`
        : `${quote(pattern)} fits ${quote(value)}`;
    },
  };
}

/** `tool_param_matches`: any parameter that is there and fits, without case. */
export function paramCheck(patterns: Readonly<Record<string, string>>): Check {
  const globs = Object.entries(patterns).map(
    ([name, pattern]) => ({ name, pattern, matches: compileGlob(pattern.toLowerCase()) }) as const,
  );
  const find = (view: Readonly<Record<string, unknown>>) =>
    globs.find(({ name, matches }) => {
      if (!Object.hasOwn(view, name)) return false;
      const text = printValue(view[name]).toLowerCase();
      return withinMatchLimit(text) && matches(slashed(text));
    });
  return {
    holds: ({ call }) => find(call.view) !== undefined,
    explain: ({ call }) => {
      const found = find(call.view);
      return found === undefined
        ? `none of the parameters ${list(globs.map(({ name }) => quote(name)))} fits`
        : `parameter ${quote(found.name)} fits ${quote(found.pattern)}`;
    },
  };
}

/** `session_matches`, or with `wanted` false `session_not_matches`. */
export function sessionCheck(patterns: readonly string[], wanted: boolean): Check {
  const globs = patterns.map(compileGlob);
  const fits = (session: string) => globs.some((matches) => matches(slashed(session)));
  return {
    holds: ({ call }) => fits(call.session) === wanted,
    explain: ({ call }) =>
      `session ${quote(call.session)} ${fits(call.session) ? 'fits' : 'does not fit'} ${list(patterns.map(quote))}`,
  };
}

/** `agent_depth`: all bounds that are given. */
export function depthCheck({ gte, lte, eq }: AgentDepth): Check {
  return {
    holds: ({ call: { agentDepth } }) =>
      (gte === undefined || agentDepth >= gte) &&
      (lte === undefined || agentDepth <= lte) &&
      (eq === undefined || agentDepth === eq),
    explain: ({ call }) => `the agent is nested ${call.agentDepth} deep`,
  };
}

/** `call_count`: of the named tool, or of the one being called. */
export function countCheck({ gte, windowMs, tool }: CallCount): Check {
  return {
    holds: ({ call, facts }) => facts.callCount(tool ?? call.tool, windowMs) >= gte,
    explain: ({ call, facts }) =>
      `${facts.callCount(tool ?? call.tool, windowMs)} calls of ${quote(tool ?? call.tool)} in ${windowMs / 1000} s, the rule asks for ${gte}`,
  };
}
