import { type Document, isSeq, parseDocument } from 'yaml';

const EMPTY = 'version: "1"\npolicies: []\n';

/** An allow rule on its way into a file. */
export interface NewRule {
  readonly name: string;
  readonly tool: string;
  /** A command pattern for `exec`, a path pattern for the tools that work on files. */
  readonly pattern: string;
}

/** Where a rule stands in a file: its policy, and its place in it. */
export type RulePlace = readonly [policy: number, rule: number];

function edit(text: string, change: (document: Document.Parsed) => void): string {
  const document = parseDocument(text, { uniqueKeys: false, resolveKnownTags: false, logLevel: 'silent' });
  change(document);
  // Quoted, because a pattern may look like a number, an alias or a comment; what a person wrote keeps its style.
  return document.toString({ lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' });
}

/** The text of a policy file with one more policy; comments and everything else stay as they are. */
export function withRule(text: string | undefined, { name, tool, pattern }: NewRule): string {
  const condition = tool === 'exec' ? 'command_matches' : 'path_matches';
  const policy = { name, match: { tool: [tool] }, rules: [{ action: 'allow', when: { [condition]: [pattern] } }] };
  return edit(text === undefined || text.trim() === '' ? EMPTY : text, (document) => {
    const policies = document.get('policies');
    if (!isSeq(policies)) document.set('policies', document.createNode([policy]));
    else {
      policies.flow = false;
      policies.add(document.createNode(policy));
    }
  });
}

/** The text of a policy file without one of its policies. */
export function withoutPolicy(text: string, index: number): string {
  return edit(text, (document) => document.deleteIn(['policies', index]));
}

/** The text of a policy file without some of its rules, and without the policies that then have none. */
export function withoutRules(text: string, places: readonly RulePlace[]): string {
  const last = [...places].sort(([p, r], [q, s]) => q - p || s - r);
  return edit(text, (document) => {
    for (const [policy, rule] of last) {
      document.deleteIn(['policies', policy, 'rules', rule]);
      const rules = document.getIn(['policies', policy, 'rules']);
      if (isSeq(rules) && rules.items.length === 0) document.deleteIn(['policies', policy]);
    }
  });
}
