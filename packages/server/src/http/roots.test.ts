import { ConfigurationError } from '@sallyport/core';
import { describe, expect, test } from 'vitest';
import { cleanedUrl, compileRoots } from './roots.js';

describe('the table of root paths', () => {
  const lead = compileRoots([
    { name: 'aegis', roots: ['/api/v1'] },
    { name: 'rampart', roots: ['/v1', '/healthz'] },
    { name: 'meshguard', roots: ['/admin', '/api/v1/admin'] },
    { name: 'vargate', roots: ['/api'] },
  ]);

  test.each([
    ['/v1/tool/exec', '/rampart/v1/tool/exec'],
    ['/v1', '/rampart/v1'],
    ['/v1?x=1', '/rampart/v1?x=1'],
    ['/v10', '/v10'],
    ['/healthz', '/rampart/healthz'],
    ['/api/v1/admin/agents', '/meshguard/api/v1/admin/agents'],
    ['/api/v1/administrator', '/aegis/api/v1/administrator'],
    ['/api/x', '/vargate/api/x'],
    ['/rampart/v1/status', '/rampart/v1/status'],
    ['/', '/'],
  ])('%s leads to %s', (from, to) => {
    expect(lead(from)).toBe(to);
  });

  test('two claims on one path are a configuration error', () => {
    const claims = ['a', 'b'].map((name) => ({ name, roots: ['/v1'] }));
    expect(() => compileRoots(claims)).toThrow(ConfigurationError);
  });
});

test.each([
  ['/v1//status', '/v1/status'],
  ['//v1/status?a=//b', '/v1/status?a=//b'],
  ['/v1/./x/../status', '/v1/status'],
  ['/v1/tool//', '/v1/tool/'],
  ['/../..', '/'],
  ['//', '/'],
  ['/v1/status', undefined],
  ['/v1/tool/a..b', undefined],
  ['/v1?x=//', undefined],
])('%s is cleaned to %s', (from, to) => {
  expect(cleanedUrl(from)).toBe(to);
});
