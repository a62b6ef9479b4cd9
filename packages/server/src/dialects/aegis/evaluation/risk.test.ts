import { expect, test } from 'vitest';
import { riskOf } from './risk.js';
import { targetDigest } from './targets.js';

const explained = (target: string) =>
  riskOf({
    actionType: 'api_call',
    target,
    targetKey: targetDigest(target),
    tier: 'low',
    decisions: 0,
    history: [],
  }).explanation;

test.each(['https://u:hunter2@x/', 'https://x/?token=hunter2', 'Bearer hunter2hunter2'])(
  'a secret in the target is not explained: %s',
  (target) => {
    expect(explained(target)).not.toContain('hunter2');
    expect(explained(target)).toContain('_redacted_');
  },
);
