import { expect, test } from 'vitest';
import { engineVectors } from '../testing-vectors.js';
import type { ActionType } from './actions.js';
import { dangerOf } from './dangerous.js';

const { cases }: { cases: readonly (readonly [type: ActionType, target: string, code: string | null])[] } =
  engineVectors('dangerous.json');

test.each(cases)('%s of %j: %s', (type, target, code) => {
  expect(dangerOf(type, target)?.code ?? null).toBe(code);
});
