import type { Clock } from './engine.js';

/** Node fires a longer timeout at once. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/** A clock that tests and development gateways can move. */
export interface SteerableClock extends Clock {
  /** Moves time forward; timers that fall due fire in order, each at its own time. */
  advance(ms: number): void;
  /** Jumps to a time (milliseconds since the epoch). Forward fires timers, as `advance` does; backward fires none. */
  set(at: number): void;
}

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** The time of the machine. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    after(ms, callback) {
      const due = performance.now() + ms;
      let timer: NodeJS.Timeout;
      const arm = () => {
        const left = due - performance.now();
        timer = setTimeout(left > MAX_TIMEOUT ? arm : callback, Math.min(Math.max(left, 0), MAX_TIMEOUT));
        timer.unref();
      };
      arm();
      return { cancel: () => clearTimeout(timer) };
    },
  };
}

/**
 * A clock under control.
 *
 * @param start - milliseconds since the epoch.
 * @param running - whether it also goes on by itself, at the machine's pace; it stands still by default.
 */
export function steerableClock(start: number, running = false): SteerableClock {
  const machine = systemClock();
  const began = machine.monotonic();
  const timers = new Set<Timer>();
  let moved = 0;
  let base = start;
  let wake: { cancel(): void } | undefined;

  /** Time that has passed, by itself or by hand: what timers go by. */
  const passed = () => moved + (running ? machine.monotonic() - began : 0);
  const next = () =>
    [...timers].reduce<Timer | undefined>((a, b) => (a !== undefined && a.due <= b.due ? a : b), undefined);

  function arm(): void {
    wake?.cancel();
    const timer = running ? next() : undefined;
    wake = timer && machine.after(timer.due - passed(), fireDue);
  }

  function fireDue(): void {
    for (let timer = next(); timer !== undefined && timer.due <= passed(); timer = next()) {
      timers.delete(timer);
      timer.callback();
    }
    arm();
  }

  const clock: SteerableClock = {
    now: () => Math.floor(base + passed()),
    monotonic: passed,
    after(ms, callback) {
      const timer = { due: passed() + Math.max(ms, 0), callback };
      timers.add(timer);
      arm();
      return {
        cancel: () => {
          timers.delete(timer);
          arm();
        },
      };
    },
    advance(ms) {
      const end = passed() + ms;
      for (let timer = next(); timer !== undefined && timer.due <= end; timer = next()) {
        moved += Math.max(timer.due - passed(), 0);
        timers.delete(timer);
        timer.callback();
      }
      moved += Math.max(end - passed(), 0);
      arm();
    },
    set(at) {
      const ms = at - clock.now();
      if (ms >= 0) clock.advance(ms);
      else base += ms;
    },
  };
  return clock;
}
