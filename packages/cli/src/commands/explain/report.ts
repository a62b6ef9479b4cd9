import type { Explanation } from '../../gateway/explain.js';
import type { Io } from '../../terminal/io.js';
import { style } from '../../terminal/style.js';
import { plain } from '../../terminal/table.js';

const LABEL_CHARS = 14;

const at = ({ file, line }: { readonly file: string; readonly line: number }): string => `${plain(file)}:${line}`;

/** Lines under one label, which stands before the first. */
const labelled = (label: string, lines: readonly string[]): readonly string[] =>
  lines.map((line, index) => `${(index === 0 ? label : '').padEnd(LABEL_CHARS)}${line}`.trimEnd());

/** Tells a person how a call would be decided, and what can be done about it. */
export function describe(explanation: Explanation, { print, colour }: Io): void {
  const { decision, message, trace } = explanation;
  const { bold, green, red, yellow } = style(colour);
  const paint = decision === 'deny' ? red : decision === 'allow' || decision === 'watch' ? green : yellow;
  print(`${bold(paint(decision))}  ${plain(message)}`);
  print('');
  const lines = [
    ...labelled('decided by', decidedBy(explanation, colour)),
    ...labelled('asked as', askedAs(explanation)),
    ...labelled('read as', trace?.commands.map(plain) ?? []),
    ...labelled('considered', considered(explanation, colour)),
    ...labelled('would allow', trace?.wouldAllow.map(plain) ?? []),
    ...labelled(
      'what to do',
      explanation.remedies.flatMap((remedy) => toDo(remedy, colour)),
    ),
  ];
  for (const line of lines) print(line);
}

function decidedBy({ trace, default: fallback }: Explanation, colour: boolean): readonly string[] {
  const { dim } = style(colour);
  if (trace?.deciding !== undefined) {
    const { policy, rule, source } = trace.deciding;
    return [`${plain(policy)}, rule ${rule}  ${dim(at(source))}`];
  }
  return fallback?.applied === true ? [`the default, ${fallback.action}: ${plain(fallback.because)}`] : [];
}

function askedAs({ as }: Explanation): readonly string[] {
  if (as?.credential === undefined) return [];
  const bound = as.policy === undefined ? '' : `, which is bound to ${plain(as.policy)}`;
  return [`agent ${plain(as.agent)}, with the token ${plain(as.credential)}${bound}`];
}

function considered({ trace }: Explanation, colour: boolean): readonly string[] {
  if (trace === undefined) return [];
  const { dim } = style(colour);
  const inScope = trace.policies.filter((policy) => policy.inScope);
  const fired = inScope.flatMap(({ name, rules }) =>
    rules
      .filter((rule) => rule.fired)
      .map((rule) => `${plain(name)}: ${rule.action}, ${plain(rule.because)}  ${dim(at(rule.source))}`),
  );
  return [`${inScope.length} of ${trace.policies.length} policies`, ...fired];
}

function toDo({ what, yaml, command }: Explanation['remedies'][number], colour: boolean): readonly string[] {
  const { cyan } = style(colour);
  const text = yaml ?? command;
  if (text === undefined) return [plain(what)];
  const shown = text.trimEnd().split('\n');
  return [`${plain(what)}:`, ...shown.map((line) => `  ${cyan(plain(line))}`)];
}
