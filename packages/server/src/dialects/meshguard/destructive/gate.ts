import type { MeshGuardDestructive } from '../options.js';
import { tierLevel } from '../policy/tiers.js';
import { destructivePatterns } from './patterns.js';

/** What holds an action back, although a policy allows it. */
export interface Gate {
  /** `approval`: until a human has agreed; `cooling`: until some time has passed. */
  readonly kind: 'approval' | 'cooling';
  readonly reason: string;
  readonly waitMs: number;
  /** Ids of the patterns that matched. */
  readonly patterns: readonly string[];
}

/** What holds an agent's action back; undefined for nothing. */
export function destructiveGate(
  action: string,
  trustTier: string,
  settings: Required<MeshGuardDestructive>,
): Gate | undefined {
  if (!settings.enabled || settings.bypassForTrustTiers.some((tier) => tierLevel(tier) === tierLevel(trustTier))) {
    return undefined;
  }
  const matched = destructivePatterns(action);
  if (matched.length === 0) return undefined;
  const patterns = matched.map(({ id }) => id);
  if (settings.requireApprovalForCritical && matched.some(({ severity }) => severity === 'critical')) {
    return { kind: 'approval', reason: 'Critical action requires human approval', waitMs: 0, patterns };
  }
  const longest = Math.max(...matched.map(({ coolingOffMs }) => coolingOffMs)) || settings.defaultCoolingOffMs;
  const waitMs = Math.min(longest, settings.maxCoolingOffMs);
  const reason = `Action requires ${Math.ceil(waitMs / 1000)}s cooling-off period`;
  return { kind: 'cooling', reason, waitMs, patterns };
}
