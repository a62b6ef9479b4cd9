import { expect, test } from 'vitest';
import { createTokenSigner } from './tokens.js';

const ULID = '01JRJ2V4Y0ABCDEFGHJKMNPQRS';
const signer = createTokenSigner(Buffer.alloc(32, 1));

test.each([`cnf_${ULID}`, `esc_${ULID}`])('a token names its review: %s', (review) => {
  const token = signer.tokenFor(review);
  expect(token).toMatch(/^cft_[ce][0-9A-Z]{26}[0-9a-f]{32}$/);
  expect(signer.reviewOf(token)).toBe(review);
});

test('a token that was not made under the key is none', () => {
  const token = signer.tokenFor(`cnf_${ULID}`);
  expect(createTokenSigner(Buffer.alloc(32, 2)).reviewOf(token)).toBeUndefined();
  expect(signer.reviewOf(token.replace('cft_c', 'cft_e'))).toBeUndefined();
  expect(signer.reviewOf(`${token}0`)).toBeUndefined();
  expect(signer.reviewOf('cft_')).toBeUndefined();
});
