import { ConfigurationError, type GovernOptions, govern } from '@sallyport/core';
import { checkGovernOptions, checkNames } from '@sallyport/core/internal';
import type { RampartGovernor } from './governor.js';
import { GUARD_NAMES, governOptions } from './option-names.js';
import type { CallIdentity } from './types/index.js';

/**
 * How a function is guarded.
 *
 * @example
 * ```ts
 * import type { GuardOptions } from '@sallyport/rampart';
 *
 * const options: GuardOptions = { tool: 'copy', params: ['from', 'to'], onPending: 'throw' };
 * ```
 */
export interface GuardOptions extends GovernOptions, Omit<CallIdentity, 'toolCallId'> {
  /**
   * The tool that policies know it by.
   * @defaultValue the function's name
   */
  readonly tool?: string;
  /**
   * The params that its arguments are, in order.
   * @defaultValue for `exec` `['command']`, `read` `['path']`, `write` and `edit` `['path', 'content']`, `fetch`, `http`
   * and `web_fetch` `['url']`; for other tools the one argument is the params
   */
  readonly params?: readonly string[];
}

const USUAL_PARAMS: ReadonlyMap<string, readonly string[]> = new Map([
  ['exec', ['command']],
  ['read', ['path']],
  ['write', ['path', 'content']],
  ['edit', ['path', 'content']],
  ['fetch', ['url']],
  ['http', ['url']],
  ['web_fetch', ['url']],
]);

type Input = Readonly<Record<string, unknown>>;

const isInput = (value: unknown): value is Input =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Arguments as params, so that policies can look at each. What has no name could not be decided on, and is refused. */
function toInput(args: readonly unknown[], names: readonly string[] | undefined, tool: string): Input {
  const [first = {}, ...others] = args;
  if (names === undefined || (args.length === 1 && isInput(first))) {
    if (isInput(first) && others.length === 0) return first;
    throw new ConfigurationError(`Name the arguments of '${tool}' in the option "params", or pass one object.`);
  }
  if (args.length > names.length) {
    throw new ConfigurationError(`'${tool}' got ${args.length} arguments, and "params" names ${names.length} of them.`);
  }
  return Object.fromEntries(args.map((arg, index) => [names[index] ?? '', arg]));
}

function toArgs(input: Input, given: readonly unknown[], names: readonly string[] | undefined): readonly unknown[] {
  if (names === undefined || (given.length === 1 && isInput(given[0]))) return given.length === 0 ? [] : [input];
  return names.slice(0, given.length).map((name) => input[name]);
}

/** Wraps a function so that each call is decided on first; see `RampartClient.guard`. */
export function guardFunction<Args extends readonly unknown[], Result>(
  governor: RampartGovernor,
  call: (...args: Args) => Result | Promise<Result>,
  options: GuardOptions,
): (...args: Args) => Promise<Result | string> {
  if (typeof call !== 'function')
    throw new ConfigurationError('guard needs the function to wrap as its first argument.');
  checkNames(options, GUARD_NAMES, 'guard');
  const governing = governOptions(options);
  checkGovernOptions(governing);
  const { tool = call.name, params, agent, session, runId } = options;
  if (tool === '') throw new ConfigurationError('A function without a name needs the option "tool".');
  const names = params ?? USUAL_PARAMS.get(tool);
  const who = { ...(agent && { agent }), ...(session && { session }), ...(runId && { runId }) };
  return async (...given) => {
    const action = { tool, input: toInput(given, names, tool), ...who };
    // The arguments are rebuilt from those that were decided on: the same values, frozen, in the same places.
    const run = (input: Input) => call(...(toArgs(input, given, names) as Args));
    const { source, output } = await govern(governor, action, run, governing);
    return source === 'run' ? output : String(output);
  };
}
