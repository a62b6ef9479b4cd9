import type { TextMatcher } from './globs/automaton.js';
import { compileGlob, slashed } from './globs/glob.js';
import type { Policy, ToolCall } from './model.js';
import type { CompiledRule } from './rules/rule.js';

/** The file of approvals that were written down. */
const PERSISTED = 'auto-allowed';

/** Files whose allows are an operator's standing decisions, and what an allow from them says by default. */
const DURABLE: ReadonlyMap<string, string> = new Map([
  ['user-overrides', 'allowed by durable user override'],
  [PERSISTED, 'auto-allowed by user rule'],
]);

/** A policy with its scope and rules compiled. */
export interface CompiledPolicy {
  readonly policy: Policy;
  /** Position in order of evaluation. */
  readonly position: number;
  readonly rules: readonly CompiledRule[];
  /** Lower-cased base name of its file, which credentials may be bound to. */
  readonly profile: string;
  /** The default message of an allow in this policy's file, when the file holds durable allows. */
  readonly durableMessage: string | undefined;
  readonly scope: Scope;
}

interface Scope {
  readonly agent: TextMatcher;
  readonly session: TextMatcher;
  /** All tools when absent. */
  readonly tools: readonly TextMatcher[] | undefined;
}

const EMBEDDED = 'embedded:';

/** The base name of a policy's file, without extension and in lower case; of `embedded:standard`, `standard`. */
export function profileOf(file: string): string {
  const path = file.startsWith(EMBEDDED) ? file.slice(EMBEDDED.length) : file;
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const dot = name.lastIndexOf('.');
  return (dot > 0 ? name.slice(0, dot) : name).toLowerCase();
}

/** The default message of durable allows from a file, or undefined for any other file. */
export function durableMessage(file: string): string | undefined {
  return DURABLE.get(profileOf(file));
}

/** Whether the rules of a file are approvals that were written down. */
export function isPersisted(file: string): boolean {
  return profileOf(file) === PERSISTED;
}

/** Compiles what a policy is in scope for. */
export function compileScope({ match }: Policy): Scope {
  const tools = match.tools === undefined || match.tools.length === 0 ? undefined : match.tools.map(compileGlob);
  return { agent: compileGlob(match.agent), session: compileGlob(match.session), tools };
}

/** Whether a tool is in scope. */
export function includesTool({ tools }: Scope, tool: string): boolean {
  const name = slashed(tool);
  return tools === undefined || tools.some((matches) => matches(name));
}

/** Whether a caller and a tool are in scope. */
export function inScope(scope: Scope, { agent, session, tool }: Pick<ToolCall, 'agent' | 'session' | 'tool'>): boolean {
  return scope.agent(slashed(agent)) && scope.session(slashed(session)) && includesTool(scope, tool);
}
