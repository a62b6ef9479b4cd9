import { expect, test } from 'vitest';
import { anomalyOf, type PastAction, type PresentAction } from './anomaly.js';

const now: PresentAction = { actionType: 'tool_call', targetKey: 'now', targetScore: 0 };
const past = (more: Partial<PastAction> = {}): PastAction => ({
  actionType: 'tool_call',
  targetKey: 'then',
  targetScore: 0,
  denied: false,
  ...more,
});
const times = (count: number, more: Partial<PastAction> = {}) => Array<PastAction>(count).fill(past(more));

test('without earlier records there is no anomaly', () => {
  expect(anomalyOf({ ...now, targetScore: 10 }, [])).toBe(0);
});

test('an action type that was not seen adds 3', () => {
  expect(anomalyOf(now, times(1, { actionType: 'file_read' }))).toBe(3);
  expect(anomalyOf(now, [past({ actionType: 'file_read' }), past()])).toBe(0);
});

test('a target far more sensitive than the latest 20 adds 4, one a bit more 2, from five records on', () => {
  expect(anomalyOf({ ...now, targetScore: 5 }, times(5))).toBe(4);
  expect(anomalyOf({ ...now, targetScore: 3 }, times(5))).toBe(2);
  expect(anomalyOf({ ...now, targetScore: 2.9 }, times(5))).toBe(0);
  expect(anomalyOf({ ...now, targetScore: 9 }, times(4))).toBe(0);
  expect(anomalyOf({ ...now, targetScore: 9 }, [...times(20, { targetScore: 9 }), ...times(30)])).toBe(0);
});

test('the same target for the sixth time adds 4', () => {
  expect(anomalyOf(now, times(4, { targetKey: 'now' }))).toBe(0);
  expect(anomalyOf(now, times(5, { targetKey: 'now' }))).toBe(4);
});

test('an action far graver than the latest 10 adds 3', () => {
  const shell: PresentAction = { ...now, actionType: 'shell_exec' };
  const mixed = [...times(10, { actionType: 'data_access' }), past({ actionType: 'shell_exec' })];
  expect(anomalyOf(shell, mixed)).toBe(3);
  expect(anomalyOf({ ...now, actionType: 'api_call' }, [...times(5), past({ actionType: 'api_call' })])).toBe(0);
});

test('more than half denied adds 3, from six records on', () => {
  expect(anomalyOf(now, times(5, { denied: true }))).toBe(0);
  expect(anomalyOf(now, times(6, { denied: true }))).toBe(3);
  expect(anomalyOf(now, [...times(3, { denied: true }), ...times(3)])).toBe(0);
});

test('it is 10 at most, and looks at 50 records', () => {
  const denied = times(50, { actionType: 'file_read', targetKey: 'now', denied: true });
  expect(anomalyOf({ actionType: 'shell_exec', targetKey: 'now', targetScore: 9 }, denied)).toBe(10);
  expect(anomalyOf(now, [...times(50), ...times(50, { targetKey: 'now', denied: true })])).toBe(0);
});
