import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { createLinkSigner, signedUrl } from './links.js';

const key = Buffer.alloc(32, 7);
const signer = createLinkSigner(key);
const id = '01JZ8Q4T5V6W7X8Y9Z0A1B2C3D';
const exp = 1_900_000_000;

test('§5.5 the signature is base64url HMAC-SHA256 over approve:<id>:<exp>, without padding', () => {
  const sig = createHmac('sha256', key).update(`approve:${id}:${exp}`).digest('base64url');
  expect(signedUrl('http://localhost:9090', signer, id, exp * 1000 + 999)).toBe(
    `http://localhost:9090/v1/approvals/${id}/resolve?sig=${sig}&exp=${exp}`,
  );
  expect(signer.verify(id, sig, String(exp), exp * 1000)).toBe(true);
});

test('a link is good for its approval, until its time, and for nothing else', () => {
  const sig = new URLSearchParams(signer.sign(id, exp * 1000)).get('sig') ?? '';
  const now = exp * 1000;
  expect(signer.verify(id, sig, String(exp), now + 1)).toBe(false);
  expect(signer.verify('other', sig, String(exp), now)).toBe(false);
  expect(signer.verify(id, sig, String(exp + 1), now)).toBe(false);
  expect(signer.verify(id, `${sig.slice(0, -2)}xx`, String(exp), now)).toBe(false);
  expect(signer.verify(id, '', String(exp), now)).toBe(false);
  expect(signer.verify(id, sig, `${exp}e0`, now)).toBe(false);
  expect(createLinkSigner(Buffer.alloc(32, 8)).verify(id, sig, String(exp), now)).toBe(false);
});
