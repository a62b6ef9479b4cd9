import { fieldKeys, isFileTool, isUrlTool, type LogicalField } from './documents/aliases.js';
import type { Fields } from './documents/body.js';
import { redactFields, redactText } from './documents/redact.js';
import { urlParts } from './documents/url-parts.js';
import type { ToolCall } from './policy/model.js';

/** What is known of a call that people are told about. */
export type Described = Pick<ToolCall, 'tool' | 'command' | 'path' | 'url' | 'params' | 'input'>;

type Subject = Extract<LogicalField, 'command' | 'path' | 'url'>;

const MAX_JSON_CHARS = 2000;

/** Everything that a terminal or a browser would act on, reorder or hide instead of showing it. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Shows characters that cannot be seen as escapes: a newline in a command separates two of them. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (char) => SHORT[char] ?? escaped(char.codePointAt(0) ?? 0));
}

function escaped(codePoint: number): string {
  const hex = codePoint.toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}

/** Cuts a text, and says how much is missing. No surrogate pair is cut in two. */
export function bounded(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(max - 1)) ? max - 1 : max;
  return `${text.slice(0, end)}… (+${text.length - end} characters)`;
}

/**
 * What a call works on, redacted and otherwise as it is: the command, the whole URL or the path, whichever the tool
 * acts on, else its parameters as JSON. Empty when it has none.
 */
export function subjectOf(call: Described): string {
  const field = subjectField(call);
  return field === undefined ? compactJson(otherArguments(call)) : redactText(call[field]);
}

/** A call on one line: what it works on, then every other argument, redacted. */
export function summaryOf(call: Described): string {
  const field = subjectField(call);
  const method = field === 'url' ? methodOf(call) : undefined;
  const subject = field === undefined ? '' : redactText(call[field]);
  const parts = [method ?? '', subject, compactJson(otherArguments(call, field, method))];
  return visible(parts.filter((part) => part !== '').join(' ')) || call.tool;
}

/** A decoy beside what the tool really acts on must not be what a human reads first. */
function subjectField(call: Described): Subject | undefined {
  return precedence(call.tool).find((field) => call[field] !== '');
}

function precedence(tool: string): readonly Subject[] {
  if (isUrlTool(tool)) return ['url', 'path', 'command'];
  return isFileTool(tool) ? ['path', 'url', 'command'] : ['command', 'url', 'path'];
}

function methodOf({ params, input }: Described): string | undefined {
  const method = params['method'] ?? input?.['method'];
  return typeof method === 'string' && method !== '' ? method : undefined;
}

function otherArguments(call: Described, field?: Subject, method?: string): Fields {
  const shown = new Set(field === undefined ? [] : fieldKeys(field, call.tool));
  const derived: Fields = { ...(field === 'url' && isUrlTool(call.tool) && urlParts(call.url)), method };
  const others = (fields: Fields): Fields =>
    Object.fromEntries(
      Object.entries(fields).filter(([key, value]) => {
        return value !== '' && !shown.has(key) && !(Object.hasOwn(derived, key) && derived[key] === value);
      }),
    );
  const params = others(call.params);
  const input = others(call.input ?? {});
  const repeated = JSON.stringify(input) === JSON.stringify(params);
  return Object.keys(input).length === 0 || repeated ? params : { ...params, input };
}

function compactJson(fields: Fields): string {
  return Object.keys(fields).length === 0 ? '' : bounded(JSON.stringify(redactFields(fields)), MAX_JSON_CHARS);
}
