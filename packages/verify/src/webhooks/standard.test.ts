import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOf, flipped } from '../testing/codes.js';
import { signWebhook, verifyWebhook } from './standard.js';

// The vectors of the Standard Webhooks libraries.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const timestamp = 1_614_265_330;
const body = '{"test": 2432232314}';
const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

const privateKey = 'whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=';
const publicKey = 'whpk_ZlN4eg7dSSqi0moX9hQUk3orrOouK3QVQSlJa248c/g=';
const asymmetricSignature =
  'v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==';

const nowMs = timestamp * 1000;
const headersWith = (signatures: string) => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestamp),
  'webhook-signature': signatures,
});
const delivery = { headers: headersWith(signature), body, keys: secret, nowMs };

test('v1: the published vector', () => {
  expect(signWebhook({ id, timestamp, body, keys: secret })).toEqual(headersWith(signature));
  expect(verifyWebhook(delivery)).toEqual({ id, timestamp });
});

test('v1a: the published vector', () => {
  expect(signWebhook({ id, timestamp, body, keys: privateKey })).toEqual(headersWith(asymmetricSignature));
  expect(verifyWebhook({ ...delivery, headers: headersWith(asymmetricSignature), keys: publicKey }).id).toBe(id);
  expect(verifyWebhook({ ...delivery, headers: headersWith(asymmetricSignature), keys: privateKey }).id).toBe(id);
});

test('a private key may carry its public key behind the seed', () => {
  const seed = Buffer.from(privateKey.slice(5), 'base64');
  const long = `whsk_${Buffer.concat([seed, Buffer.alloc(32)]).toString('base64')}`;
  expect(signWebhook({ id, timestamp, body, keys: long })).toEqual(headersWith(asymmetricSignature));
});

test('the prefix of a secret may be missing', () => {
  expect(verifyWebhook({ ...delivery, keys: secret.slice(6) }).id).toBe(id);
});

describe('rotation', () => {
  const newSecret = `whsec_${Buffer.alloc(24, 5).toString('base64')}`;

  test('a sender signs with both keys, a receiver knows one', () => {
    const headers = signWebhook({ id, timestamp, body, keys: [newSecret, secret] });
    for (const keys of [newSecret, secret, [secret, newSecret]]) verifyWebhook({ ...delivery, headers, keys });
  });

  test('one signature that fits is enough, unknown versions are ignored', () => {
    const others = 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,xyz v1,!';
    verifyWebhook({ ...delivery, headers: headersWith(`${others} ${signature}`) });
    expect(codeOf(() => verifyWebhook({ ...delivery, headers: headersWith(others) }))).toBe('bad_signature');
  });

  test('a key verifies signatures of its own scheme only', () => {
    const asV1a = signature.replace('v1', 'v1a');
    expect(codeOf(() => verifyWebhook({ ...delivery, headers: headersWith(asV1a) }))).toBe('bad_signature');
    const asV1 = asymmetricSignature.replace('v1a', 'v1');
    expect(codeOf(() => verifyWebhook({ ...delivery, headers: headersWith(asV1), keys: publicKey }))).toBe(
      'bad_signature',
    );
  });
});

describe('headers', () => {
  test('are found in any case, in a Headers object, and as lists', () => {
    const upper = {
      'Webhook-Id': id,
      'WEBHOOK-TIMESTAMP': String(timestamp),
      'Webhook-Signature': ['v1,AAAA', signature],
    };
    verifyWebhook({ ...delivery, headers: upper });
    verifyWebhook({ ...delivery, headers: new Headers(headersWith(signature)) });
  });

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('%s is required', (name) => {
    for (const value of [undefined, '']) {
      const headers = { ...delivery.headers, [name]: value };
      expect(codeOf(() => verifyWebhook({ ...delivery, headers }))).toBe('missing_header');
    }
  });

  test.each(['1614265330.0', '-1', 'soon', '1e9', ' 1614265330'])('the time %j is malformed', (value) => {
    const headers = { ...delivery.headers, 'webhook-timestamp': value };
    expect(codeOf(() => verifyWebhook({ ...delivery, headers }))).toBe('malformed_header');
  });

  test('a plain HMAC is pointed to the other check', () => {
    const headers = headersWith('sha256=00');
    expect(() => verifyWebhook({ ...delivery, headers })).toThrow(/use verifyHmac/);
    expect(codeOf(() => verifyWebhook({ ...delivery, headers }))).toBe('malformed_header');
  });
});

describe('time', () => {
  const codeAt = (seconds: number, toleranceSeconds?: number) =>
    codeOf(() =>
      verifyWebhook({
        ...delivery,
        nowMs: nowMs + seconds * 1000,
        ...(toleranceSeconds !== undefined && { toleranceSeconds }),
      }),
    );

  test('may differ by 300 s either way', () => {
    expect([codeAt(300), codeAt(-300)]).toEqual([undefined, undefined]);
    expect([codeAt(300.1), codeAt(-300.1)]).toEqual(['timestamp_too_old', 'timestamp_too_new']);
  });

  test('a tolerance of 0 does not skip the check', () => {
    expect([codeAt(0, 0), codeAt(1, 0), codeAt(-1, 0)]).toEqual([undefined, 'timestamp_too_old', 'timestamp_too_new']);
  });

  test('a clock that is no number fails closed', () => {
    expect(codeAt(Number.NaN)).toBe('timestamp_too_new');
  });

  test('in milliseconds is named as the mistake', () => {
    const headers = signWebhook({ id, timestamp: nowMs, body, keys: secret });
    expect(() => verifyWebhook({ ...delivery, headers })).toThrow(/in milliseconds/);
  });
});

test('property: any flipped bit of id, time, body or signature is found', () => {
  const raw = Buffer.from(signature.slice(3), 'base64');
  const unsigned = (headers: object, changed = body) =>
    codeOf(() => verifyWebhook({ ...delivery, headers: { ...delivery.headers, ...headers }, body: changed }));
  fc.assert(
    fc.property(fc.nat(), (bit) => {
      expect(unsigned({ 'webhook-id': flipped(Buffer.from(id), bit).toString('latin1') })).toBe('bad_signature');
      expect(unsigned({ 'webhook-signature': `v1,${flipped(raw, bit).toString('base64')}` })).toBe('bad_signature');
      expect(unsigned({}, flipped(Buffer.from(body), bit).toString('latin1'))).toBe('bad_signature');
    }),
  );
  expect(unsigned({ 'webhook-timestamp': String(timestamp + 1) })).toBe('bad_signature');
});

describe('keys', () => {
  const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 1).toString('base64')}`;

  test.each([23, 65])('a secret of %i bytes is refused', (bytes) => {
    expect(codeOf(() => verifyWebhook({ ...delivery, keys: secretOf(bytes) }))).toBe('malformed_key');
  });

  test.each(['whsec_not base64', 'plain text', 'whpk_AAAA', 'whsk_AAAA', ''])('%j is refused', (keys) => {
    expect(codeOf(() => verifyWebhook({ ...delivery, keys }))).toBe('malformed_key');
  });

  test('there must be one', () => {
    expect(codeOf(() => verifyWebhook({ ...delivery, keys: [] }))).toBe('missing_key');
  });

  test('a public key does not sign', () => {
    expect(codeOf(() => signWebhook({ id, timestamp, body, keys: publicKey }))).toBe('malformed_key');
  });
});

test('a timestamp to sign is whole seconds', () => {
  expect(codeOf(() => signWebhook({ id, timestamp: 1.5, body, keys: secret }))).toBe('index_range');
});
