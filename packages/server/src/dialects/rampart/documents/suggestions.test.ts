import { describe, expect, it } from 'vitest';
import { canonicalCall } from './canonical.js';
import { suggestions } from './suggestions.js';
import { vectors } from './vectors.js';

interface SuggestionVector {
  readonly name: string;
  readonly tool: string;
  readonly command?: string;
  readonly path?: string;
  readonly suggestions?: readonly string[];
  readonly risky?: 'command' | 'path';
}

const RISKY = {
  command: '⚠️  This command matches a high-risk pattern. Allowing it is not recommended.',
  path: '⚠️  This path is highly sensitive. Allowing access is not recommended.',
};

describe('suggestions for denied calls', () => {
  it.each(vectors<SuggestionVector>('suggestions'))(
    '$tool: $name',
    ({ tool, command, path, suggestions: expected, risky }) => {
      const { call } = canonicalCall(tool, { params: { command, path } });
      expect(suggestions(call)).toEqual(risky ? [RISKY[risky]] : expected);
    },
  );
});
