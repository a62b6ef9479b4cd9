import { checkNesting, leafFault, refuse, type Within } from '../json-value.js';
import { isPlainObject, shown } from '../plain.js';
import { systemRuntime } from '../runtime.js';
import type { ActionDefaults, ProposedAction } from './port.js';

/**
 * An action that nobody can change any more, with the ids that let its approval be redeemed.
 *
 * @example
 * ```ts
 * import { type PreparedAction, prepareAction } from '@sallyport/core';
 *
 * const action: PreparedAction = prepareAction({ tool: 'exec', input: { command: 'ls' } });
 * ```
 */
export interface PreparedAction extends ProposedAction {
  readonly runId: string;
  readonly callId: string;
}

const prepared = new WeakSet<ProposedAction>();

const isPrepared = (action: ProposedAction): action is PreparedAction => prepared.has(action);

/**
 * Copies by reading every property once. A `toJSON`, a class instance or a second look through a getter could show the
 * gateway one thing and the tool another, so only what JSON says unambiguously is let in.
 */
function frozenCopy(value: unknown, path: string, within: Within): unknown {
  if (typeof value !== 'object' || value === null) {
    const fault = leafFault(value);
    return fault === undefined ? value : refuse(path, fault);
  }
  checkNesting(path, value, within);
  if (Array.isArray(value)) {
    return Object.freeze(Array.from(value, (item, index) => frozenCopy(item, `${path}[${index}]`, [...within, value])));
  }
  return frozenRecord(value, path, within);
}

function frozenRecord(value: object, path: string, within: Within): Readonly<Record<string, unknown>> {
  if (!isPlainObject(value)) return refuse(path, `is ${shown(value)}`);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (!entries.every(([key]) => key.isWellFormed())) return refuse(path, 'has a name that holds half a surrogate pair');
  return Object.freeze(
    Object.fromEntries(entries.map(([key, item]) => [key, frozenCopy(item, `${path}.${key}`, [...within, value])])),
  );
}

/**
 * Takes the deep-frozen copy of an action that is decided on, reported and run, and fills in `runId` and `callId`.
 * An action that has been prepared before is returned as it is.
 *
 * @param action - what the agent proposes; `input` and `context` must be plain JSON.
 * @param newId - makes the missing ids; random UUIDs when absent.
 * @param defaults - agent, session and run of an action that does not name its own.
 * @throws ConfigurationError when the tool has no name, or a value is not plain JSON.
 * @example
 * ```ts
 * import { prepareAction } from '@sallyport/core';
 *
 * const action = prepareAction({ tool: 'exec', input: { command: 'git status' } });
 * action.callId; // '5f0c…'
 * ```
 */
export function prepareAction(
  action: ProposedAction,
  newId: () => string = () => systemRuntime.id(),
  defaults: ActionDefaults = {},
): PreparedAction {
  if (!isPlainObject(action)) refuse('action', `is ${shown(action)}`);
  if (isPrepared(action)) return action;
  const { tool, input, context, ...rest } = action;
  if (typeof tool !== 'string' || tool.trim() === '') refuse('action.tool', 'is not a name');
  if (typeof input !== 'object' || input === null || Array.isArray(input)) refuse('action.input', 'is not an object');
  const copy: PreparedAction = Object.freeze({
    ...defaults,
    ...frozenRecord(rest, 'action', []),
    tool,
    input: frozenRecord(input, 'action.input', []),
    ...(context !== undefined && { context: frozenRecord(context, 'action.context', []) }),
    runId: action.runId || defaults.runId || newId(),
    callId: action.callId || newId(),
  });
  prepared.add(copy);
  return copy;
}
