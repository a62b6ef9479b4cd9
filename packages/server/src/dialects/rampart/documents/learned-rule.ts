import { createHash } from 'node:crypto';
import type { PolicyDocument, ToolCall } from '../policy/model.js';
import { PolicyStoreError } from './errors.js';
import { quote } from './go.js';
import { globComplaint } from './limits.js';
import type { NewRule } from './override-text.js';

const PERSISTABLE = new Set(['exec', 'read', 'write', 'edit']);
const MAX_NAME_PART = 50;
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
  const complaint = globComplaint(pattern);
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

/** The rule that allows exactly this call from now on. @throws PolicyStoreError `invalid_rule` */
export function persistedRule(call: ToolCall, now: number): NewRule {
  requirePersistable(call.tool);
  const subject = call.tool === 'exec' ? call.command : call.path;
  if (subject.trim() === '') throw invalid(`persist: the approved ${call.tool} call has nothing to match on`);
  const pattern = literalPattern(subject);
  const label = call.tool === 'exec' ? subject.trim().split(/\s+/).slice(0, 2).join('-') : `${call.tool}-${subject}`;
  const stamp = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const digest = createHash('sha256').update(`${call.tool}\0${pattern}`).digest('hex').slice(0, 24);
  return { name: `auto-allow-${namePart(label)}-${stamp}-${digest}`, tool: call.tool, pattern };
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

function invalid(text: string): PolicyStoreError {
  return new PolicyStoreError('invalid_rule', text);
}
