import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeOf, flipped } from '../testing/codes.js';
import { signHmac, verifyHmac } from './hmac.js';

const secret = 'whsec_test';
const body = '{"event": "action.denied", "timestamp": "2026-04-11T14:30:00+00:00", "data": {"action_id": "a1"}}';
const hex = '739e2f8acfbd038a1a7636952d25a57a92f5f2d59cee4810940feded0dd77883';

test('the documented vector: the secret’s UTF-8 bytes, the exact body', () => {
  expect(signHmac(body, secret)).toBe(`sha256=${hex}`);
  verifyHmac({ body, signature: `sha256=${hex}`, secret });
});

test('bare hex, upper case, bytes and several secrets are accepted', () => {
  verifyHmac({ body: Buffer.from(body), signature: hex, secret: Buffer.from(secret) });
  verifyHmac({ body, signature: `SHA256=${hex.toUpperCase()}`, secret: ['new secret', secret] });
});

test('property: any flipped bit of the body or the signature is found', () => {
  fc.assert(
    fc.property(fc.nat(), (bit) => {
      const forged = flipped(Buffer.from(body), bit);
      expect(codeOf(() => verifyHmac({ body: forged, signature: hex, secret }))).toBe('bad_signature');
      const signature = flipped(Buffer.from(hex, 'hex'), bit).toString('hex');
      expect(codeOf(() => verifyHmac({ body, signature, secret }))).toBe('bad_signature');
    }),
  );
});

test('a body that was parsed and printed again does not fit, and the message says so', () => {
  const printed = JSON.stringify(JSON.parse(body));
  expect(() => verifyHmac({ body: printed, signature: hex, secret })).toThrow(/not parsed and printed again/);
});

test.each([
  ['missing_header', { signature: undefined }],
  ['missing_header', { signature: '' }],
  ['malformed_header', { signature: hex.slice(1) }],
  ['malformed_header', { signature: `sha1=${hex}` }],
  ['malformed_header', { signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' }],
  ['bad_signature', { secret: 'other' }],
  ['missing_key', { secret: '' }],
  ['missing_key', { secret: [] }],
  ['missing_key', { secret: ['other', ''] }],
])('%s', (code, change) => {
  expect(codeOf(() => verifyHmac({ body, signature: hex, secret, ...change }))).toBe(code);
});

test('a parsed body is refused', () => {
  const delivery = { body, signature: hex, secret };
  Reflect.set(delivery, 'body', JSON.parse(body));
  expect(codeOf(() => verifyHmac(delivery))).toBe('body_not_raw');
});

test('no secret appears in an error', () => {
  expect(() => verifyHmac({ body, signature: hex, secret: 'hunter2' })).not.toThrow(/hunter2/);
});
