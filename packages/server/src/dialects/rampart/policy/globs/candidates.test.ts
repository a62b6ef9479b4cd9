import { describe, expect, test } from 'vitest';
import { compilePolicies } from '../compile.js';
import { callOf, documentOf, factsOf, vectors } from '../testing.js';

interface PathVector {
  readonly name: string;
  readonly pattern: string;
  readonly path: string;
  readonly workdir?: string;
  readonly links?: Readonly<Record<string, string>>;
  readonly restricts: boolean;
  readonly grants: boolean;
}

function realpathThrough(links: Readonly<Record<string, string>>): (path: string) => string {
  return (path) => {
    const link = Object.entries(links).find(([from]) => path === from || path.startsWith(`${from}/`));
    return link === undefined ? path : link[1] + path.slice(link[0].length);
  };
}

describe('path_matches', () => {
  test.each(vectors<PathVector>('paths'))('$name', ({ pattern, path, workdir = '', links = {}, ...expected }) => {
    const fires = (action: 'deny' | 'allow') => {
      const defaultAction = action === 'deny' ? 'allow' : 'deny';
      const rules = [{ action, when: { pathMatches: [pattern] } }];
      const policies = compilePolicies([documentOf([{ rules }], { defaultAction })]);
      const call = callOf({ tool: 'read', path, workdir });
      return policies.evaluate(call, factsOf({ realpath: realpathThrough(links) })).action === action;
    };
    expect({ restricts: fires('deny'), grants: fires('allow') }).toEqual({
      restricts: expected.restricts,
      grants: expected.grants,
    });
  });
});

describe('path_not_matches', () => {
  const decide = (action: 'deny' | 'allow', path: string) => {
    const when = { pathMatches: ['/app/**', '/data/**'], pathNotMatches: ['/app/public/**'] };
    const defaultAction = action === 'deny' ? 'allow' : 'deny';
    const policies = compilePolicies([documentOf([{ rules: [{ action, when }] }], { defaultAction })]);
    const realpath = realpathThrough({ '/app/public/out': '/data', '/data/in': '/app/public' });
    return policies.evaluate(callOf({ tool: 'read', path }), factsOf({ realpath })).action === action;
  };

  test('a restriction is lifted only when every place is excluded', () => {
    expect(decide('deny', '/app/public/x')).toBe(false);
    expect(decide('deny', '/app/public/out/x')).toBe(true);
  });

  test('a grant ends when any place is excluded', () => {
    expect(decide('allow', '/app/private/x')).toBe(true);
    expect(decide('allow', '/data/in/x')).toBe(false);
  });
});

test("another rule's link does not widen a grant", () => {
  const rules = [
    { action: 'watch', when: { pathMatches: ['/app/link/**'], sessionMatches: ['never'] } },
    { action: 'allow', when: { pathMatches: ['/app/**'] } },
  ] as const;
  const policies = compilePolicies([documentOf([{ rules }])]);
  const facts = factsOf({ realpath: realpathThrough({ '/app/link': '/etc' }) });
  expect(policies.evaluate(callOf({ tool: 'read', path: '/app/link/shadow' }), facts).action).toBe('deny');
});
