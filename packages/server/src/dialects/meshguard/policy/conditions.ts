import type { CallFacts, RateLimits } from './model.js';
import { compilePattern } from './pattern.js';

/** True or false; undefined where it cannot be judged, so that a grant must not rely on it and a restriction must hold. */
export type Judgement = boolean | undefined;

type Condition = (call: CallFacts) => Judgement;
type Test = (value: unknown) => Judgement;

/** What a rule asks of a call beside its action. */
export interface Conditions {
  /** Whether all of them hold. */
  judge(call: CallFacts): Judgement;
  readonly rateLimit: RateLimits;
  /** Keys and operators that nobody knows. */
  readonly unknown: readonly string[];
}

const listOf = (operand: unknown): readonly unknown[] => (Array.isArray(operand) ? operand : [operand]);

const texts = (operand: unknown): readonly string[] | undefined => {
  const list = listOf(operand);
  return list.every((item) => typeof item === 'string') ? list : undefined;
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function onText(operand: unknown, compile: (text: string) => (value: string) => boolean): Test | undefined {
  const tests = texts(operand)?.map(compile);
  return tests && ((value) => typeof value === 'string' && tests.some((test) => test(value)));
}

/** What is no number compares as false. */
function onNumber(operand: unknown, holds: (value: number, bound: number) => boolean): Test | undefined {
  if (typeof operand !== 'number') return undefined;
  return (value) => typeof value === 'number' && holds(value, operand);
}

const matches = (operand: unknown) => onText(operand, compilePattern);

function notMatches(operand: unknown): Test | undefined {
  const test = matches(operand);
  // Nobody knows what an absent value does not match.
  return test && ((value) => (typeof value === 'string' ? !test(value) : undefined));
}

/** A list holds when it shares an item with the condition's. */
const within =
  (operand: unknown): Test =>
  (value) =>
    listOf(value).some((item) => item !== undefined && listOf(operand).includes(item));

const OPERATORS: Readonly<Record<string, (operand: unknown) => Test | undefined>> = {
  equals: (operand) => (value) => value === operand,
  in: (operand) => (Array.isArray(operand) ? within(operand) : undefined),
  exists: (operand) => (typeof operand === 'boolean' ? (value) => (value !== undefined) === operand : undefined),
  lte: (operand) => onNumber(operand, (value, bound) => value <= bound),
  gte: (operand) => onNumber(operand, (value, bound) => value >= bound),
  matches,
  not_matches: notMatches,
  startsWith: (operand) => onText(operand, (prefix) => (value) => value.startsWith(prefix)),
  contains: (operand) => onText(operand, (part) => (value) => value.includes(part)),
};

/** A scalar is compared, a list asks for membership, an object names operators that must all hold. */
function testOf(operand: unknown, path: string, unknown: string[]): Test {
  if (Array.isArray(operand)) return within(operand);
  if (!isRecord(operand)) return (value) => value === operand;
  const tests = Object.entries(operand).map(([name, bound]) => {
    const test = Object.hasOwn(OPERATORS, name) ? OPERATORS[name]?.(bound) : undefined;
    if (test === undefined) unknown.push(`${path}.${name}`);
    return test ?? (() => undefined);
  });
  return (value) => all(tests.map((test) => test(value)));
}

/** False as soon as one is false, unknown as soon as one is unknown. */
function all(judgements: readonly Judgement[]): Judgement {
  if (judgements.includes(false)) return false;
  return judgements.includes(undefined) ? undefined : true;
}

const ROOTS: Readonly<Record<string, (call: CallFacts) => unknown>> = {
  action: (call) => call.action,
  agent: (call) => call.agent,
  context: (call) => call.context,
  method: (call) => call.method,
  path: (call) => call.path,
  resource: (call) => call.resource,
};

/** Finds a value by its dotted path, in the call's context unless the path says otherwise. */
function valueAt(call: CallFacts, path: readonly string[]): unknown {
  const [head = '', ...rest] = path;
  const root = Object.hasOwn(ROOTS, head) ? ROOTS[head] : undefined;
  const from = root === undefined ? call.context : root(call);
  const steps = root === undefined ? path : rest;
  return steps.reduce<unknown>(
    (value, key) => (isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    from,
  );
}

const field =
  (...path: string[]) =>
  (call: CallFacts): unknown =>
    valueAt(call, path);

const filePath = (call: CallFacts): unknown => valueAt(call, ['context', 'path']) ?? call.path ?? call.resource;

function on(read: (call: CallFacts) => unknown, test: Test | undefined): Condition | undefined {
  return test && ((call) => test(read(call)));
}

/** Conditions that have a meaning of their own. Undefined for an operand that they cannot be held against. */
const NAMED: Readonly<Record<string, (operand: unknown) => Condition | undefined>> = {
  resourcePattern: (operand) => on(field('resource'), matches(operand)),
  path_pattern: (operand) => on(filePath, matches(operand)),
  command_pattern: (operand) => on(field('context', 'command'), matches(operand)),
  command_contains: (operand) => on(field('context', 'command'), OPERATORS['contains']?.(operand)),
  amount_max: (operand) => on(field('context', 'amount'), OPERATORS['lte']?.(operand)),
  amount_min: (operand) => on(field('context', 'amount'), OPERATORS['gte']?.(operand)),
  tags: (operand) => (texts(operand) === undefined ? undefined : on((call) => call.agent.tags, within(operand))),
  sandbox: (operand) =>
    typeof operand === 'boolean' ? on(field('context', 'sandbox'), (value) => (value === true) === operand) : undefined,
  time_range: timeRange,
};

const MINUTE = 60_000;
const DAY_MINUTES = 24 * 60;

/** `09:00-18:00`, in UTC: the end does not belong to it, and an end before the beginning is on the next day. */
function timeRange(operand: unknown): Condition | undefined {
  const found =
    typeof operand === 'string' ? /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(operand) : null;
  if (found === null) return undefined;
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = found.slice(1).map(Number);
  const from = fromHour * 60 + fromMinute;
  const to = toHour * 60 + toMinute;
  return ({ now }) => {
    const minute = Math.floor(now / MINUTE) % DAY_MINUTES;
    return from <= to ? from <= minute && minute < to : from <= minute || minute < to;
  };
}

const LIMIT_KEYS = ['requestsPerMinute', 'requestsPerHour'] as const;

function readRateLimit(key: string, operand: unknown): RateLimits | undefined {
  const given = key === 'rateLimit' ? operand : { [key.slice('rateLimit.'.length)]: operand };
  return rateLimitsOf(given);
}

/** Reads limits as policies write them; undefined for what is none. */
export function rateLimitsOf(given: unknown): RateLimits | undefined {
  if (!isRecord(given) || Object.keys(given).length === 0) return undefined;
  const limits: Partial<Record<(typeof LIMIT_KEYS)[number], number>> = {};
  for (const [name, value] of Object.entries(given)) {
    const key = LIMIT_KEYS.find((known) => known === name);
    if (key === undefined || typeof value !== 'number' || !Number.isInteger(value) || value < 1) return undefined;
    limits[key] = value;
  }
  return limits;
}

/** Compiles the conditions of a rule. What is not known is kept, and can never be judged. */
export function compileConditions(given: Readonly<Record<string, unknown>> = {}): Conditions {
  const unknown: string[] = [];
  let rateLimit: RateLimits = {};
  const conditions: Condition[] = [];
  for (const [key, operand] of Object.entries(given)) {
    if (key === 'rateLimit' || key.startsWith('rateLimit.')) {
      const limit = readRateLimit(key, operand);
      if (limit !== undefined) rateLimit = { ...rateLimit, ...limit };
      else unknown.push(key);
      continue;
    }
    const condition = compileOne(key, operand, unknown);
    if (condition !== undefined) conditions.push(condition);
  }
  return {
    judge: (call) => all([...conditions.map((holds) => holds(call)), ...(unknown.length > 0 ? [undefined] : [])]),
    rateLimit,
    unknown,
  };
}

function compileOne(key: string, operand: unknown, unknown: string[]): Condition | undefined {
  const named = Object.hasOwn(NAMED, key) ? NAMED[key] : undefined;
  if (named !== undefined) {
    const condition = named(operand);
    if (condition === undefined) unknown.push(key);
    return condition;
  }
  if (key === 'context' && isRecord(operand)) {
    const tests = Object.entries(operand).map(
      ([name, value]) => [name.split('.'), testOf(value, `context.${name}`, unknown)] as const,
    );
    return (call) => all(tests.map(([path, test]) => test(valueAt(call, ['context', ...path]))));
  }
  return compilePath(key, operand, unknown);
}

/** `context.channel: slack`, `resource.matches: "*.md"`, `channel: { in: [slack] }`. */
function compilePath(key: string, operand: unknown, unknown: string[]): Condition | undefined {
  const path = key.split('.');
  const operator = path.at(-1) ?? '';
  if (path.length > 1 && Object.hasOwn(OPERATORS, operator)) {
    const test = OPERATORS[operator]?.(operand);
    if (test === undefined) unknown.push(key);
    return on((call) => valueAt(call, path.slice(0, -1)), test);
  }
  // A bare word with a bare value may be the name of a condition that this gateway does not know.
  if (path.length === 1 && !isRecord(operand) && !Object.hasOwn(ROOTS, key)) {
    unknown.push(key);
    return undefined;
  }
  const test = testOf(operand, key, unknown);
  return (call) => test(valueAt(call, path));
}
