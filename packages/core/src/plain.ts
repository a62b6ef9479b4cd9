import { ConfigurationError } from './errors/configuration.js';

/** True for what an object literal or `JSON.parse` makes, in any realm; false for arrays and class instances. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A value as messages show it: texts in quotes, objects by their class. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (isPlainObject(value)) return 'an object';
  return `a ${value.constructor?.name ?? 'special object'}`;
}

/** @throws ConfigurationError naming an argument that is no plain object. */
export function checkPlainObject(name: string, value: unknown): void {
  if (isPlainObject(value)) return;
  throw new ConfigurationError(`${name} must be a plain object, and not ${shown(value)}.`);
}

/** @throws ConfigurationError naming an argument that is no text, or a blank one; undefined passes as an option's absence. */
export function checkOptionalText(name: string, value: unknown): void {
  if (value !== undefined) checkText(name, value);
}

/** @throws ConfigurationError naming an argument that is no text, or a blank one. */
export function checkText(name: string, value: unknown): void {
  if (typeof value !== 'string') throw new ConfigurationError(`${name} must be a string, and not ${shown(value)}.`);
  if (value.trim() === '') throw new ConfigurationError(`${name} must not be empty.`);
}

/** @throws ConfigurationError naming an option whose value is none of the words it may be. */
export function checkWord(name: string, value: unknown, words: readonly string[]): void {
  if (value === undefined || words.some((word) => word === value)) return;
  throw new ConfigurationError(
    `${name} must be ${words.map((word) => `'${word}'`).join(' or ')}, and not ${shown(value)}.`,
  );
}
