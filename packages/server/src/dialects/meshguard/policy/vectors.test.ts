import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readDocument } from './document.js';
import type { AgentFacts, CallFacts, PolicyDocument, Verdict } from './model.js';
import { PolicySet } from './policy-set.js';

interface Case {
  readonly name: string;
  readonly policies: readonly unknown[];
  readonly call: Partial<Omit<CallFacts, 'agent' | 'now'>> & {
    readonly agent?: Partial<AgentFacts>;
    readonly at?: string;
  };
  readonly expect: Partial<Verdict>;
}

interface DocumentCase {
  readonly name: string;
  readonly document: unknown;
  readonly problems: readonly string[];
  readonly usable: boolean;
}

const folder = fileURLToPath(new URL('../../../../../../vectors/meshguard/policy/', import.meta.url));

function vectors<T>(name: string): { readonly about: string; readonly cases: readonly T[] } {
  return JSON.parse(readFileSync(`${folder}${name}`, 'utf8'));
}

function usable(given: unknown): PolicyDocument {
  const { document, problems } = readDocument(given);
  if (document === undefined) throw new Error(`The policy of a vector has faults: ${JSON.stringify(problems)}`);
  return document;
}

function callOf({
  agent = {},
  at = '2026-04-11T14:30:00Z',
  action = '',
  context = {},
  ...more
}: Case['call']): CallFacts {
  const anybody = { id: 'agent_1', name: 'my-agent', orgId: 'org_1', trustTier: 'verified', tags: [] };
  return { ...more, action, context, agent: { ...anybody, ...agent }, now: Date.parse(at) };
}

describe.each(['patterns', 'precedence', 'applies-to', 'conditions'])('%s', (file) => {
  const { cases } = vectors<Case>(`${file}.json`);

  test.each(cases)('$name', ({ policies, call, expect: expected }) => {
    expect(new PolicySet(policies.map(usable), 1).evaluate(callOf(call))).toMatchObject(expected);
  });
});

describe('documents', () => {
  const { cases } = vectors<DocumentCase>('documents.json');

  test.each(cases)('$name', ({ document, problems, usable: isUsable }) => {
    const read = readDocument(document);
    expect(read.problems.map(({ severity, path }) => `${severity} ${path}`)).toEqual(problems);
    expect(read.document !== undefined).toBe(isUsable);
  });
});
