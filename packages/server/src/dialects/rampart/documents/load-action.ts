import type { RuleAction } from '../policy/model.js';
import type { YamlValue } from './yaml-value.js';

const ACTIONS: ReadonlyMap<string, RuleAction> = new Map([
  ['allow', 'allow'],
  ['deny', 'deny'],
  ['watch', 'watch'],
  ['log', 'watch'],
  ['ask', 'ask'],
  ['webhook', 'webhook'],
]);

/** The action that a word means, in any case; `log` is the old name of `watch`. */
export function readAction(word: string): RuleAction | undefined {
  return ACTIONS.get(word.toLowerCase());
}

/** An action that must be there. @throws PolicyLoadError that names the successor of `require_approval`. */
export function requireAction(value: YamlValue, where: string, field: string): RuleAction {
  const word = value.string(`${where}: ${field}`);
  const action = readAction(word);
  if (action) return action;
  if (word.toLowerCase() === 'require_approval') {
    value.fail(`${where}: action "require_approval" was removed in v0.9.9; use "ask" instead (see migration guide)`);
  }
  value.fail(`${where}: unknown action "${word}" (known are allow, deny, watch, ask, webhook)`);
}
