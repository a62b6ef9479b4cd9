import type { CallContext } from './context.js';

/** Deny and ask restrict; allow, watch and webhook grant. Patterns are read generously for the first, strictly for the rest. */
export type Stance = 'restricts' | 'grants';

/** What a rule is for. */
export interface RuleKind {
  readonly stance: Stance;
  /** Whether it is an approval that was written down: then it is for that call alone, however else one may be read. */
  readonly persisted: boolean;
}

/** One condition of a rule, compiled. */
export interface Check {
  holds(context: CallContext): boolean;
  /** In words, why it holds or does not. */
  explain(context: CallContext): string;
}

const QUOTE_LIMIT = 120;
const LIST_LIMIT = 5;

/** Quotes a value for an explanation, cut to a readable length. */
export function quote(text: string): string {
  return `\`${text.length > QUOTE_LIMIT ? `${text.slice(0, QUOTE_LIMIT)}…` : text}\``;
}

/** Lists items for an explanation, cut to a readable number. */
export function list(items: readonly string[]): string {
  const more = items.length - LIST_LIMIT;
  return more > 0 ? `${items.slice(0, LIST_LIMIT).join(', ')} and ${more} more` : items.join(', ');
}
