import { describe, expect, it } from 'vitest';
import { redact, redactText } from './redact.js';

describe('redacted text', () => {
  it.each([
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer [redacted]'],
    ['basic dXNlcjpwYXNz', 'basic [redacted]'],
    ['https://me:secret@host/x', 'https://[redacted]@host/x'],
    ['GET /resolve?sig=00ff&exp=12', 'GET /resolve?sig=[redacted]&exp=12'],
    ['GET /stream?token=abc', 'GET /stream?token=[redacted]'],
    ['x-api-key: k-12345', 'x-api-key: [redacted]'],
    ['{"password":"hunter22"}', '{"password":"[redacted]"}'],
    [`rampart_${'a1'.repeat(24)}`, '[redacted]'],
    [`rampart-admin_${'a1'.repeat(24)}`, '[redacted]'],
    ...['aegis_sk_live_', 'aegis_', 'msk_', 'msat_', 'meshguard_', 'vg-', 'vg-internal-'].map((prefix) => [
      `it used ${prefix}${'a1'.repeat(24)}, and failed`,
      'it used [redacted], and failed',
    ]),
    ['postgres://<user>x:pw@host/db', 'postgres://[redacted]@host/db'],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', '[redacted]'],
    ['eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhZ2VudCJ9.c2ln', '[redacted]'],
    ['AKIAIOSFODNN7EXAMPLE is leaked', '[redacted] is leaked'],
  ])('masks the secret in %j', (text, shown) => {
    expect(redactText(text)).toBe(shown);
  });

  it.each([
    'status 401: invalid authorization token',
    'the token expired',
    'aegis_capabilities_usage_total and meshguard_destructive_actions_total',
    'http://localhost:9090/v1/tool/exec',
    'a@b.test',
    'postgres://<user>:<password>@<host>/<database>',
  ])('leaves %j alone', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it('stays as it is when it is redacted again', () => {
    const once = redactText('token=abcdefgh Bearer abcdefgh https://u:p@h');
    expect(redactText(once)).toBe(once);
  });
});

describe('a redacted value', () => {
  it('masks by key and by content, and keeps the rest', () => {
    const value = {
      apiKey: 1,
      'X-API-Key': 'k',
      nested: [{ accessToken: {} }, 'Bearer abcdefgh'],
      tool: 'exec',
      n: 1,
      no: null,
    };
    expect(redact(value)).toEqual({
      apiKey: '[redacted]',
      'X-API-Key': '[redacted]',
      nested: [{ accessToken: '[redacted]' }, 'Bearer [redacted]'],
      tool: 'exec',
      n: 1,
      no: null,
    });
  });

  it('ends at a depth, so that a cycle ends as well', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(redact(cycle, 2)).toEqual({ self: { self: '[object]' } });
  });
});
