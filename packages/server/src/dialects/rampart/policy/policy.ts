import type { Facts, PolicyDocument, RuleAction, ToolCall, Verdict } from './model.js';

/** Policies compiled for matching: built when they load, never changed afterwards. */
export interface PolicySet {
  /** SHA-256 over the documents, hex: changes when any rule does. */
  readonly revision: string;
  readonly documents: readonly PolicyDocument[];
  readonly defaultAction: Exclude<RuleAction, 'webhook'>;
  /** The (tool, window) pairs whose counts a decision on this tool may ask for. Empty for most tools. */
  countsFor(tool: string): readonly { readonly tool: string; readonly windowMs: number }[];
  /** Whether any rule could scan a response of this tool. */
  scansResponses(tool: string): boolean;
  /** Pure; the same arguments give the same verdict. */
  evaluate(call: ToolCall, facts: Facts, options?: { readonly trace?: boolean }): Verdict;
  /** Scans a tool's output. */
  evaluateResponse(call: ToolCall, response: string): Verdict;
}
