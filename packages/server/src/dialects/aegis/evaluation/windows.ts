import type { TimeWindow } from '../registry/model.js';

const clocks = new Map<string, Intl.DateTimeFormat>();
const REMEMBERED = 256;

/** Whether a time lies in a window, its start included and its end not. */
export function isWithin({ start, end, timezone }: TimeWindow, at: number): boolean {
  const now = clockOf(timezone).format(at);
  return start < end ? start <= now && now < end : start <= now || now < end;
}

/** Whether there is a time zone of this name. */
export function isTimezone(name: string): boolean {
  try {
    clockOf(name);
    return true;
  } catch {
    return false;
  }
}

/** `HH:MM` in a time zone. @throws RangeError when there is no such zone */
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  if (clocks.size < REMEMBERED) clocks.set(timeZone, clock);
  return clock;
}
