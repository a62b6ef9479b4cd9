import { expect, it } from 'vitest';
import { z } from 'zod';
import { ResponseValidationError } from './errors/index.js';
import { zodDecoder } from './zod-decoder.js';

const context = { operation: 'gate.list', status: 200, headers: {}, requestId: 'r-1' };
const decode = zodDecoder(
  z.object({ items: z.array(z.object({ decision: z.enum(['allow', 'deny']) })).transform((items) => items.length) }),
);

it('gives what the schema makes of a body, unknown fields passing', () => {
  expect(decode({ items: [{ decision: 'allow', later: 1 }], more: 2 }, context)).toEqual({ items: 1 });
});

it.each([
  [{ items: [{ decision: 'allow' }, { decision: 'maybe' }] }, 'items[1].decision'],
  [{}, 'items'],
  [undefined, ''],
  [[], ''],
])('refuses %j and names where the fault is', (body, path) => {
  let thrown: unknown;
  try {
    decode(body, context);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ResponseValidationError);
  expect(thrown).toMatchObject({ path, operation: 'gate.list', status: 200, requestId: 'r-1' });
});
