import { ConfigurationError, type HeaderInput } from '@sallyport/core';
import { checkJson, checkPlainObject, checkText } from '@sallyport/core/internal';
import { checkHeaderText } from './settings.js';
import type { ActionFacts } from './types/index.js';

/** What common servers take for a header. */
const MAX_CONTEXT_CHARS = 8192;

/**
 * Refuses what no gateway could read as one action.
 *
 * @throws ConfigurationError for an empty text, for control characters, and for a comma: it would be a list of two.
 */
export function checkAction(action: string): void {
  checkText('action', action);
  checkHeaderText('action', action);
  if (action !== action.trim() || action.includes(',')) {
    throw new ConfigurationError(
      'action must be one action, such as "read:contacts", without commas and blanks around it.',
    );
  }
}

/** JSON that a header can carry. */
export const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

function contextHeader(context: ActionFacts['context']): string | undefined {
  if (context === undefined) return undefined;
  checkPlainObject('context', context);
  checkJson('context', context);
  const text = asciiJson(context);
  if (text.length <= MAX_CONTEXT_CHARS) return text;
  throw new ConfigurationError(
    `context has ${text.length} characters as JSON, and a header carries ${MAX_CONTEXT_CHARS}. Pass what policies look at.`,
  );
}

/**
 * The headers that tell the gateway what is about to happen; no other header can say otherwise, however it is spelt.
 *
 * @param own - headers of the caller's.
 * @throws ConfigurationError when one of them cannot be sent.
 */
export function governedHeaders(
  action: string | undefined,
  { resource, context, agentId, traceId }: ActionFacts,
  own: HeaderInput = {},
): HeaderInput {
  if (action !== undefined) checkAction(action);
  for (const [name, value] of Object.entries({ resource: resource || undefined, agentId, traceId })) {
    if (value !== undefined) checkHeaderText(name, value);
  }
  const said = {
    'x-meshguard-action': action,
    'x-meshguard-resource': resource || undefined,
    'x-meshguard-agent-id': agentId,
    'x-meshguard-meta': contextHeader(context),
    'x-meshguard-trace-id': traceId,
  };
  const told = new Map(Object.entries(said).filter(([, value]) => value !== undefined));
  const others = Object.entries(own).filter(([name]) => !told.has(name.toLowerCase()));
  return Object.fromEntries([...others, ...told]);
}
