import { ConfigurationError } from '@sallyport/core';
import { shown } from '@sallyport/core/internal';

/** @throws ConfigurationError for anything but a whole number within bounds; undefined passes. */
export function checkWhole(name: string, value: unknown, lowest: number, highest: number): void {
  if (value === undefined) return;
  if (typeof value === 'number' && Number.isInteger(value) && value >= lowest && value <= highest) return;
  throw new ConfigurationError(`${name} must be a whole number from ${lowest} to ${highest}, and not ${shown(value)}.`);
}

/** @throws ConfigurationError for anything but a number within bounds; undefined passes. */
export function checkBetween(name: string, value: unknown, lowest: number, highest: number): void {
  if (value === undefined) return;
  if (typeof value === 'number' && value >= lowest && value <= highest) return;
  throw new ConfigurationError(`${name} must be a number from ${lowest} to ${highest}, and not ${shown(value)}.`);
}

/** @throws ConfigurationError for anything but a text of so many characters; undefined passes. */
export function checkLength(name: string, value: unknown, longest: number): void {
  if (value === undefined) return;
  if (typeof value === 'string' && value.length >= 1 && [...value].length <= longest) return;
  const what = typeof value === 'string' ? `a text of ${[...value].length}` : shown(value);
  throw new ConfigurationError(`${name} must be a text of 1 to ${longest} characters, and not ${what}.`);
}
