import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { exactText, globProblem } from '../policy/globs/glob.js';
import { cleanPath } from '../policy/globs/path.js';
import type { PolicyDocument, ToolCall } from '../policy/model.js';
import { PolicyStoreError } from './errors.js';
import { quote } from './go.js';
import type { NewRule } from './override-text.js';

const PERSISTABLE = new Set(['exec', 'read', 'write', 'edit']);
const MAX_NAME_PART = 50;
/** Control characters that a reader may drop, so that two commands look like one. */
const HIDDEN = /[^\P{Cc}\t\n]/u;
const STAMP = /-(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z(?:-[0-9a-f]{24})?$/;

/** The body of `POST /v1/rules/learn`. */
export interface LearnRequest {
  readonly tool: string;
  readonly args: string;
  readonly decision: string;
  readonly source: string;
}

/** A text as a pattern that matches nothing else. */
export function literalPattern(text: string): string {
  return text.replace(/[*?[]/g, '[$&]');
}

/** djb2 over the UTF-8 bytes, as 8 hex digits. */
export function djb2(text: string): string {
  let hash = 5381;
  for (const byte of Buffer.from(text)) hash = (Math.imul(hash, 33) + byte) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

/** Checks a request to learn a rule. @throws PolicyStoreError `invalid_rule` with the documented 400 text. */
export function learnedRule({ tool, args, decision }: LearnRequest): NewRule {
  if (tool === '' || args.trim() === '') throw invalid('tool and args are required');
  if (decision !== 'allow') throw invalid('decision must be "allow" — use policy YAML for deny rules');
  if (!PERSISTABLE.has(tool)) {
    throw invalid(
      'automatic allow persistence supports exec, read, write, and edit only; use an explicit policy for other tools',
    );
  }
  const pattern = literalPattern(args);
  const complaint = globProblem(pattern);
  if (complaint !== undefined) throw invalid(`the pattern that args make ${complaint}`);
  const name = `user-allow-${djb2(tool === 'exec' ? pattern : `${tool}\0${pattern}`)}`;
  return { name, tool, pattern };
}

/** Whether an approval of this tool may become a rule. @throws PolicyStoreError `invalid_rule` with the documented 400 text. */
export function requirePersistable(tool: string): void {
  if (PERSISTABLE.has(tool)) return;
  const text = `persist: automatic allow is unsupported for tool ${quote(tool)}; author an explicit policy instead`;
  throw invalid(text);
}

/**
 * What a call works on, as a rule for exactly this call would have to say it: a relative path says nothing without the
 * directory that the call was decided in.
 */
export function persistedSubject(
  call: Pick<ToolCall, 'tool' | 'command' | 'path'> & { readonly workdir?: string },
): string {
  if (call.tool === 'exec') return call.command;
  const directory = call.workdir?.trim() ?? '';
  const { path } = call;
  return path === '' || posix.isAbsolute(path) || !posix.isAbsolute(directory) ? path : `${directory}/${path}`;
}

/** The rule that allows exactly this call from now on. @throws PolicyStoreError `invalid_rule`, `inexact_rule` */
export function persistedRule(call: ToolCall, now: number): NewRule {
  requirePersistable(call.tool);
  const isCommand = call.tool === 'exec';
  const subject = isCommand ? call.command : exactPath(call.path);
  if (subject.trim() === '') throw invalid(`persist: the approved ${call.tool} call has nothing to match on`);
  const pattern = exactPattern(subject, isCommand ? HIDDEN : /\p{Cc}/u);
  const label = isCommand ? subject.trim().split(/\s+/).slice(0, 2).join('-') : `${call.tool}-${subject}`;
  const stamp = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const digest = createHash('sha256').update(`${call.tool}\0${pattern}`).digest('hex').slice(0, 24);
  return { name: `auto-allow-${namePart(label)}-${stamp}-${digest}`, tool: call.tool, pattern };
}

/** A path that names one place, whoever asks and from wherever. */
function exactPath(path: string): string {
  if (path !== '' && !posix.isAbsolute(path)) {
    throw inexact('its path is relative and no absolute working directory was named');
  }
  if (path.split('/').includes('..')) throw inexact('its path climbs with ..');
  return path === '' ? '' : cleanPath(path);
}

/** A pattern that fits this text and no other. */
function exactPattern(subject: string, hidden: RegExp): string {
  if (subject.includes('\\')) throw inexact('a pattern cannot tell its \\ from /');
  if (hidden.test(subject) || !subject.isWellFormed()) throw inexact('it contains control characters');
  const pattern = literalPattern(subject);
  const problem = globProblem(pattern);
  if (problem !== undefined) throw inexact(`its pattern ${problem}`);
  if (exactText(pattern) !== subject) throw inexact('no pattern fits it alone');
  return pattern;
}

/** Names travel in URLs. */
function namePart(text: string): string {
  return (
    text
      .replace(/[^\w.]+/g, '-')
      .slice(0, MAX_NAME_PART)
      .replace(/^-+|-+$/g, '') || 'call'
  );
}

/** One entry of `GET /v1/rules/auto-allowed`. */
export interface AutoAllowedRule {
  readonly index: number;
  readonly tool: string;
  readonly command_pattern: string;
  readonly path_pattern?: string;
  readonly name: string;
  /** RFC 3339, from the name. */
  readonly created?: string;
}

/** The rules of `auto-allowed.yaml` as the API lists them. */
export function autoAllowedRules(document: PolicyDocument): readonly AutoAllowedRule[] {
  return document.policies.map(({ name, match, rules }, index) => {
    const path = rules[0]?.when.pathMatches?.[0];
    const stamp = STAMP.exec(name)?.slice(1);
    return {
      index,
      tool: match.tools?.[0] ?? '',
      command_pattern: rules[0]?.when.commandMatches?.[0] ?? '',
      ...(path !== undefined && { path_pattern: path }),
      name,
      ...(stamp && { created: `${stamp.slice(0, 3).join('-')}T${stamp.slice(3).join(':')}Z` }),
    };
  });
}

function inexact(why: string): PolicyStoreError {
  const text = `persist: no rule can allow exactly this call, because ${why}; approve it without persist, or author an explicit policy`;
  return new PolicyStoreError('inexact_rule', text);
}

function invalid(text: string): PolicyStoreError {
  return new PolicyStoreError('invalid_rule', text);
}
