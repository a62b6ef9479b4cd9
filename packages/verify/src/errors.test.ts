import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { VerificationError } from './errors.js';

test('an error of another copy of the package is recognised', () => {
  const foreign = Object.assign(new Error('x'), { [Symbol.for('sallyport.error:verify/VerificationError')]: true });
  expect(foreign).toBeInstanceOf(VerificationError);
  expect(new Error('x')).not.toBeInstanceOf(VerificationError);
  expect(Reflect.apply(VerificationError[Symbol.hasInstance], VerificationError, [null])).toBe(false);
});

test('a subclass is asked for its own instances only', () => {
  class Narrower extends VerificationError {}
  expect(new VerificationError('bad_hash', 'x')).not.toBeInstanceOf(Narrower);
  expect(new Narrower('bad_hash', 'x')).toBeInstanceOf(Narrower);
  expect(new Narrower('bad_hash', 'x')).toBeInstanceOf(VerificationError);
});

test('it belongs to the Sallyport tree', () => {
  const error: unknown = new VerificationError('forked', 'two histories');
  expect(Reflect.get(Object(error), Symbol.for('sallyport.error:core/SallyportError'))).toBe(true);
  expect(error).toHaveProperty('gateway', undefined);
});

test('name, code and message are safe to log', () => {
  const cause = new Error('inner');
  const error = new VerificationError('forked', 'two histories', { cause });
  expect(error.cause).toBe(cause);
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    name: 'VerificationError',
    message: 'two histories',
    code: 'forked',
  });
  expect(inspect(error)).toMatch(/^VerificationError: two histories\n/);
});
