import { describe, expect, test } from 'vitest';
import { deviationFactor } from '../anomalies/anomaly.js';
import { scoreOf, tierOf } from './score.js';

describe('the documented figures', () => {
  test('a score is the weighted sum of its parts', () => {
    const components = { history: 0.95, anomaly: 0.8, delegation: 1, tenure: 0.33, vouchers: 0.5 };
    expect(scoreOf(components)).toBeCloseTo(0.3 * 0.95 + 0.25 * 0.8 + 0.15 * 1 + 0.15 * 0.33 + 0.15 * 0.5, 10);
  });

  test.each([
    [1, 'privileged'],
    [0.8, 'privileged'],
    [0.7999, 'trusted'],
    [0.5, 'trusted'],
    [0.4999, 'verified'],
    [0.25, 'verified'],
    [0.2499, 'unverified'],
    [0, 'unverified'],
  ])('a score of %d is %s', (score, tier) => {
    expect(tierOf(score)).toBe(tier);
  });

  test('a score stays between 0 and 1', () => {
    expect(scoreOf({ history: 9, anomaly: 9, delegation: 9, tenure: 9, vouchers: 9 })).toBe(1);
    expect(scoreOf({ history: -9, anomaly: 0, delegation: 0, tenure: 0, vouchers: 0 })).toBe(0);
  });

  test('220 where 50 are usual deviates by 3.4', () => {
    expect(deviationFactor({ baseline: 50, observed: 220 })).toBe(3.4);
  });
});
