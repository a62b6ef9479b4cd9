import { describe, expect, test } from 'vitest';
import { Habits } from './habits.js';

const START = Date.UTC(2026, 0, 10, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function followed(times: readonly number[], action = 'read:a', denied = false): Habits {
  const habits = new Habits();
  for (const at of times) habits.add({ at, action, denied });
  return habits;
}

describe('habits', () => {
  test('know nothing before the first decision, which counts in its own hour', () => {
    expect(new Habits().follow({ at: START, action: 'read:a', denied: true })).toEqual({
      ...{ history: 0, usedBefore: false, usualHour: false },
      ...{ lastHour: 1, dayBefore: 0, recentDenials: 1, denialsBefore: 0 },
    });
  });

  test('tell the last hour from the day before it', () => {
    const habits = followed([START - 25 * HOUR, START - 24 * HOUR, START - 2 * HOUR, START - HOUR, START - HOUR / 2]);
    const facts = habits.follow({ at: START, action: 'read:a', denied: false });
    expect(facts).toMatchObject({ history: 5, lastHour: 2, dayBefore: 3 });
  });

  test('tell the last five minutes of denials from the day before them', () => {
    const habits = followed([START - DAY - 5 * MINUTE, START - DAY, START - 5 * MINUTE, START - MINUTE], 'x:y', true);
    const facts = habits.follow({ at: START, action: 'x:y', denied: true });
    expect(facts).toMatchObject({ recentDenials: 2, denialsBefore: 2 });
    expect(habits.follow({ at: START, action: 'x:y', denied: false })).toMatchObject({ recentDenials: 2 });
  });

  test('forget after thirty days', () => {
    const habits = followed([START - 30 * DAY]);
    const forgotten = { history: 0, usedBefore: false, usualHour: false };
    expect(habits.follow({ at: START + HOUR, action: 'read:a', denied: false })).toMatchObject(forgotten);
  });

  test.each([
    [-1, true],
    [0, true],
    [1, true],
    [2, false],
    [-2, false],
  ])('know whether %i hours off is a usual time of day', (hours, usual) => {
    const facts = followed([START - DAY]).follow({ at: START + hours * HOUR, action: 'read:b', denied: false });
    expect(facts).toMatchObject({ usedBefore: false, usualHour: usual });
  });

  test('remember the thousand actions that were used last', () => {
    const habits = new Habits();
    for (let index = 0; index < 1001; index += 1) habits.add({ at: START, action: `read:${index}`, denied: false });
    expect(habits.follow({ at: START, action: 'read:1', denied: false }).usedBefore).toBe(true);
    expect(habits.follow({ at: START, action: 'read:0', denied: false }).usedBefore).toBe(false);
  });
});
