import { globProblem } from '../policy/globs/glob.js';
import type { AgentDepth, CallCount, When } from '../policy/model.js';
import { parseDuration } from './go.js';
import { regexComplaint } from './limits.js';
import type { YamlValue } from './yaml-value.js';

const GLOBS = [
  ['command_matches', 'commandMatches'],
  ['command_not_matches', 'commandNotMatches'],
  ['command_env_assignments', 'commandEnvAssignments'],
  ['path_matches', 'pathMatches'],
  ['path_not_matches', 'pathNotMatches'],
  ['url_matches', 'urlMatches'],
  ['domain_matches', 'domainMatches'],
  ['session_matches', 'sessionMatches'],
  ['session_not_matches', 'sessionNotMatches'],
] as const;

const REGEXES = [
  ['response_matches', 'responseMatches'],
  ['response_not_matches', 'responseNotMatches'],
] as const;

const KNOWN = [
  ...GLOBS.map(([key]) => key),
  ...REGEXES.map(([key]) => key),
  'command_contains',
  'tool_param_matches',
  'agent_depth',
  'call_count',
  'default',
];

const MAX_CALLS = 1000;
const MAX_WINDOW_MS = 720 * 3_600_000;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Reads the conditions of a rule; `where` begins its errors. @throws PolicyLoadError */
export function readWhen(value: YamlValue | undefined, where: string): When {
  const when: Mutable<When> = {};
  const fields = value?.fields(`${where}: when`, KNOWN);
  if (!fields) return when;
  for (const [key, name] of GLOBS) {
    const patterns = readPatterns(fields.get(key), `${where}: ${key}`, globProblem);
    if (patterns) when[name] = patterns;
  }
  for (const [key, name] of REGEXES) {
    const patterns = readPatterns(fields.get(key), `${where}: ${key}`, regexComplaint);
    if (patterns) when[name] = patterns;
  }
  const contains = readPatterns(fields.get('command_contains'), `${where}: command_contains`, blankComplaint);
  if (contains) when.commandContains = contains;
  const params = fields.get('tool_param_matches');
  if (params) when.toolParamMatches = readParams(params, `${where}: tool_param_matches`);
  const depth = fields.get('agent_depth');
  if (depth) when.agentDepth = readDepth(depth, `${where}: agent_depth`);
  const count = fields.get('call_count');
  if (count) when.callCount = readCount(count, `${where}: call_count`);
  const always = fields.get('default')?.boolean(`${where}: default`);
  if (always !== undefined) when.default = always;
  return when;
}

function blankComplaint(text: string): string | undefined {
  return text.trim() === '' ? 'must not be empty or whitespace-only' : undefined;
}

function readPatterns(
  value: YamlValue | undefined,
  what: string,
  complain: (pattern: string) => string | undefined,
): string[] | undefined {
  // An empty list would leave a rule without conditions, and such a rule always fires.
  if (value?.list(what).length === 0) value.fail(`${what} must not be empty`);
  return value?.list(what).map((item, index) => readPattern(item, `${what} pattern ${index}`, complain));
}

function readPattern(value: YamlValue, what: string, complain: (pattern: string) => string | undefined): string {
  const pattern = value.string(what);
  const complaint = complain(pattern);
  if (complaint) value.fail(`${what} ${complaint}`);
  return pattern;
}

function readParams(value: YamlValue, what: string): Readonly<Record<string, string>> {
  const fields = value.fields(what);
  if (fields.size === 0) value.fail(`${what} must not be empty`);
  return Object.fromEntries([...fields].map(([key, glob]) => [key, readPattern(glob, `${what}.${key}`, globProblem)]));
}

function readDepth(value: YamlValue, what: string): AgentDepth {
  const depth: Mutable<AgentDepth> = {};
  const fields = value.fields(what, ['gte', 'lte', 'eq']);
  if (fields.size === 0) value.fail(`${what} must have gte, lte or eq`);
  for (const key of ['gte', 'lte', 'eq'] as const) {
    const limit = fields.get(key)?.integer(`${what}.${key}`);
    if (limit !== undefined) depth[key] = limit;
  }
  return depth;
}

function readCount(value: YamlValue, what: string): CallCount {
  const fields = value.fields(what, ['gte', 'window', 'tool']);
  const gteValue = fields.get('gte');
  const gte = gteValue?.integer(`${what}.gte`) ?? 0;
  if (gte < 0) gteValue?.fail(`${what}.gte must be >= 0`);
  if (gte > MAX_CALLS) gteValue?.fail(`${what}.gte must be <= ${MAX_CALLS}`);
  const windowMs = readWindow(fields.get('window') ?? value.fail(`${what}.window is required`), `${what}.window`);
  const tool = fields.get('tool')?.string(`${what}.tool`);
  return { gte, windowMs, ...(tool && { tool }) };
}

function readWindow(value: YamlValue, what: string): number {
  const windowMs = parseDuration(value.string(what)) ?? value.fail(`${what} must be a duration, such as 1h`);
  if (windowMs <= 0) value.fail(`${what} must be > 0`);
  if (windowMs > MAX_WINDOW_MS) value.fail(`${what} must be <= 720h0m0s`);
  return windowMs;
}
