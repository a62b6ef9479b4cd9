import { describe, expect, test, vi } from 'vitest';
import { steerableClock, systemClock } from './clock.js';

describe('a clock that stands still', () => {
  test('moves by hand, and fires what falls due in order, each at its own time', () => {
    const clock = steerableClock(1000);
    const fired: [string, number][] = [];
    const note = (name: string) => () => fired.push([name, clock.now()]);
    clock.after(30, note('c'));
    clock.after(10, note('a'));
    clock.after(20, note('b'));
    clock.after(20, note('b again'));
    clock.advance(9);
    expect(fired).toEqual([]);
    clock.advance(21);
    expect(fired).toEqual([
      ['a', 1010],
      ['b', 1020],
      ['b again', 1020],
      ['c', 1030],
    ]);
    expect([clock.now(), clock.monotonic()]).toEqual([1030, 30]);
  });

  test('fires timers that timers have set, within the same move', () => {
    const clock = steerableClock(0);
    const fired: number[] = [];
    const tick = () => {
      fired.push(clock.now());
      if (fired.length < 3) clock.after(10, tick);
    };
    clock.after(10, tick);
    clock.advance(100);
    expect(fired).toEqual([10, 20, 30]);
    expect(clock.now()).toBe(100);
  });

  test('fires nothing that was cancelled', () => {
    const clock = steerableClock(0);
    const fired = vi.fn();
    clock.after(10, fired).cancel();
    clock.advance(20);
    expect(fired).not.toHaveBeenCalled();
  });

  test('jumps to a time: forward fires, backward does not, and timers keep what is left of them', () => {
    const clock = steerableClock(1000);
    const fired = vi.fn();
    clock.after(100, fired);
    clock.set(500);
    expect([clock.now(), clock.monotonic()]).toEqual([500, 0]);
    clock.advance(99);
    expect(fired).not.toHaveBeenCalled();
    clock.set(600);
    expect(fired).toHaveBeenCalledOnce();
  });
});

describe('a clock that runs', () => {
  test.each([
    ['the machine’s', systemClock()],
    ['a steerable one', steerableClock(Date.now(), true)],
  ])('%s tells the time, and calls back', async (_name, clock) => {
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1000);
    const before = clock.monotonic();
    await new Promise<void>((resolve) => clock.after(1, resolve));
    expect(clock.monotonic()).toBeGreaterThan(before);
  });

  test('does not fire at once what lies further ahead than the machine can count', () => {
    vi.useFakeTimers();
    const fired = vi.fn();
    systemClock().after(2 ** 31 + 5000, fired);
    vi.advanceTimersByTime(2 ** 31);
    expect(fired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(5000);
    expect(fired).toHaveBeenCalledOnce();
    vi.useRealTimers();
  });

  test('moved by hand, fires what falls due', () => {
    const clock = steerableClock(0, true);
    const fired = vi.fn();
    const timer = clock.after(60_000, fired);
    clock.advance(60_000);
    expect(fired).toHaveBeenCalledOnce();
    expect(clock.now()).toBeGreaterThanOrEqual(60_000);
    timer.cancel();
  });
});
