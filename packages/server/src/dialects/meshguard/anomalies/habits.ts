import type { AnomalyFacts } from './detect.js';
import { WindowCount } from './window-count.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** How far back an agent's habits go. */
export const MONTH_MS = 30 * DAY_MS;
/** Actions of one agent that are remembered: of more, those that it used last. */
const REMEMBERED_ACTIONS = 1000;

/** A decision as habits are made of it. */
export interface Habit {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly action: string;
  readonly denied: boolean;
}

/** What an agent is used to doing: each decision is added once, and nothing is ever counted again. */
export class Habits {
  /** When each action was used last, the latest at the end. */
  readonly #actions = new Map<string, number>();
  readonly #month = new WindowCount(MONTH_MS, HOUR_MS);
  readonly #hour = new WindowCount(HOUR_MS, MINUTE_MS);
  readonly #dayAndHour = new WindowCount(DAY_MS + HOUR_MS, 5 * MINUTE_MS);
  readonly #denials = new WindowCount(5 * MINUTE_MS, 5000);
  readonly #denialsOfDay = new WindowCount(DAY_MS + 5 * MINUTE_MS, 5 * MINUTE_MS);
  #lastAt = Number.NEGATIVE_INFINITY;

  /** When the last decision was that was added. */
  get lastAt(): number {
    return this.#lastAt;
  }

  add({ at, action, denied }: Habit): void {
    this.#actions.delete(action);
    const [oldest] = this.#actions.size < REMEMBERED_ACTIONS ? [] : this.#actions.keys();
    if (oldest !== undefined) this.#actions.delete(oldest);
    this.#actions.set(action, at);
    for (const count of [this.#month, this.#hour, this.#dayAndHour]) count.add(at);
    if (denied) for (const count of [this.#denials, this.#denialsOfDay]) count.add(at);
    this.#lastAt = at;
  }

  /** Adds a decision, and tells what was usual before it. */
  follow(habit: Habit): AnomalyFacts {
    const { at, action } = habit;
    const hour = Math.floor(at / HOUR_MS);
    const near = new Set([-1, 0, 1].map((step) => (hour + step + 24) % 24));
    const before = {
      history: this.#month.total(at),
      usedBefore: (this.#actions.get(action) ?? Number.NEGATIVE_INFINITY) >= at - MONTH_MS,
      usualHour: this.#month.some(at, (begin) => near.has(Math.floor(begin / HOUR_MS) % 24)),
    };
    this.add(habit);
    const lastHour = this.#hour.total(at);
    const recentDenials = this.#denials.total(at);
    return {
      ...before,
      lastHour,
      dayBefore: Math.max(0, this.#dayAndHour.total(at) - lastHour),
      recentDenials,
      denialsBefore: Math.max(0, this.#denialsOfDay.total(at) - recentDenials),
    };
  }
}
