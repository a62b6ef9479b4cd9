import { asRuleTrace, type Explanation, type RuleTrace } from '../../gateway/explain.js';
import type { Io } from '../../terminal/io.js';
import { style } from '../../terminal/style.js';
import { plain } from '../../terminal/table.js';
import { meaningOf } from '../unmatched.js';

const LABEL_CHARS = 14;
const PASSES = new Set(['allow', 'watch']);
const REFUSES = new Set(['deny', 'rejected']);

interface Source {
  readonly file: string;
  readonly line?: number | undefined;
}

const at = ({ file, line }: Source): string => (line === undefined ? plain(file) : `${plain(file)}:${line}`);

/** What was said, and where it is written. */
const placed = (text: string, source: Source | undefined, colour: boolean): string =>
  source === undefined ? text : `${text}  ${style(colour).dim(at(source))}`;

/** Lines under one label, which stands before the first. */
const labelled = (label: string, lines: readonly string[]): readonly string[] =>
  lines.map((line, index) => `${(index === 0 ? label : '').padEnd(LABEL_CHARS)}${line}`.trimEnd());

/** Tells a person how a call would be decided, and what can be done about it. */
export function describe(explanation: Explanation, { print, colour }: Io): void {
  const { decision, message, remedies, suggestions } = explanation;
  const { bold, green, red, yellow } = style(colour);
  const verdict = decision.toLowerCase();
  const paint = PASSES.has(verdict) ? green : REFUSES.has(verdict) ? red : yellow;
  print(`${bold(paint(plain(decision)))}  ${plain(message)}`);
  const meaning = meaningOf(message);
  if (meaning !== undefined) print(`This means: ${meaning}.`);
  print('');
  const trace = asRuleTrace(explanation.trace);
  const lines = [
    ...labelled('decided by', decidedBy(explanation, trace, colour)),
    ...labelled('asked as', askedAs(explanation)),
    ...(trace === undefined ? otherTrace(explanation.trace) : rulesOf(trace, colour)),
    ...labelled('what to do', [...suggestions.map(plain), ...remedies.flatMap((remedy) => toDo(remedy, colour))]),
  ];
  for (const line of lines) print(line);
}

function decidedBy({ default: fallback }: Explanation, trace: RuleTrace | undefined, colour: boolean) {
  if (trace?.deciding !== undefined) {
    const { policy, rule, source } = trace.deciding;
    return [placed(`${plain(policy)}, rule ${rule}`, source, colour)];
  }
  return fallback?.applied === true ? [`the default, ${fallback.action}: ${plain(fallback.because)}`] : [];
}

function askedAs({ as }: Explanation): readonly string[] {
  if (as?.credential === undefined) return [];
  const bound = as.policy === undefined ? '' : `, which is bound to ${plain(as.policy)}`;
  return [`agent ${plain(as.agent)}, with the token ${plain(as.credential)}${bound}`];
}

function rulesOf({ commands, policies, wouldAllow }: RuleTrace, colour: boolean): readonly string[] {
  const inScope = policies.filter((policy) => policy.inScope);
  const fired = inScope.flatMap(({ name, rules }) =>
    rules
      .filter((rule) => rule.fired)
      .map((rule) => placed(`${plain(name)}: ${plain(rule.action)}, ${plain(rule.because)}`, rule.source, colour)),
  );
  return [
    ...labelled('read as', commands.map(plain)),
    ...labelled('considered', [`${inScope.length} of ${policies.length} policies`, ...fired]),
    ...labelled('would allow', wouldAllow.map(plain)),
  ];
}

/** A trace of another kind, member by member. */
function otherTrace(trace: unknown): readonly string[] {
  return Object.entries(Object(trace)).map(([name, value]) => {
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
    return `${plain(name.replaceAll('_', ' ')).padEnd(LABEL_CHARS - 1)} ${plain(text)}`;
  });
}

function toDo({ what, yaml, command }: Explanation['remedies'][number], colour: boolean): readonly string[] {
  const { cyan } = style(colour);
  const text = yaml ?? command;
  if (text === undefined) return [plain(what)];
  const shown = text.trimEnd().split('\n');
  return [`${plain(what)}:`, ...shown.map((line) => `  ${cyan(plain(line))}`)];
}
