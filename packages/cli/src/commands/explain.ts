import type { ExplainOptions } from '../declare/explain.js';
import { EXIT, type ExitCode, Failure } from '../exit.js';
import { type Explanation, explainCall } from '../gateway/explain.js';
import { withGateway } from '../gateway/session.js';
import type { Io } from '../terminal/io.js';
import { style } from '../terminal/style.js';
import { plain } from '../terminal/table.js';

const INPUT_NAMES: Readonly<Record<string, string>> = {
  read: 'path',
  write: 'path',
  edit: 'path',
  fetch: 'url',
  web_fetch: 'url',
  http: 'url',
  browser: 'url',
};

function parameters(tool: string, input: string | undefined, { params }: ExplainOptions): Record<string, unknown> {
  if (params === undefined) return input === undefined ? {} : { [INPUT_NAMES[tool] ?? 'command']: input };
  if (input !== undefined) throw new Failure('Give an input or --params, and not both.', EXIT.usage);
  try {
    const parsed: unknown = JSON.parse(params);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Said below, as for every other text that is no object.
  }
  throw new Failure(`--params must be a JSON object, and not ${params}.`, EXIT.usage);
}

const at = ({ file, line }: { readonly file: string; readonly line: number }): string => `${plain(file)}:${line}`;

function describe({ decision, message, trace, suggestions }: Explanation, { print, colour }: Io): void {
  const { bold, dim, green, red, yellow } = style(colour);
  const paint = decision === 'deny' ? red : decision === 'allow' || decision === 'watch' ? green : yellow;
  print(`${bold(paint(decision))}  ${plain(message)}`);
  if (trace === undefined) return;
  const { deciding } = trace;
  print('');
  if (deciding === undefined) print(`decided by    the default action, ${trace.defaultAction}`);
  else print(`decided by    ${plain(deciding.policy)}, rule ${deciding.rule}  ${dim(at(deciding.source))}`);
  for (const [index, command] of trace.commands.entries()) {
    print(`${index === 0 ? 'read as     ' : '            '}  ${plain(command)}`);
  }
  const considered = trace.policies.filter(({ inScope }) => inScope);
  print(`considered    ${considered.length} of ${trace.policies.length} policies`);
  for (const { name, rules } of considered) {
    for (const rule of rules.filter(({ fired }) => fired)) {
      print(`              ${plain(name)}: ${rule.action}, ${plain(rule.because)}  ${dim(at(rule.source))}`);
    }
  }
  for (const [index, way] of [...trace.wouldAllow, ...suggestions].entries()) {
    print(`${index === 0 ? 'would allow ' : '            '}  ${plain(way)}`);
  }
}

/** Shows how a call would be decided, by whom, and what would let it through. */
export function explain(tool: string, input: string | undefined, options: ExplainOptions, io: Io): Promise<ExitCode> {
  return withGateway(options, io, async (caller) => {
    const { dialect, agent, session } = options;
    const call = {
      tool,
      params: parameters(tool, input, options),
      ...(agent !== undefined && { agent }),
      ...(session !== undefined && { session }),
    };
    const explanation = await caller.call(explainCall, { dialect, call });
    if (options.json === true) io.print(JSON.stringify(explanation));
    else describe(explanation, io);
    return EXIT.ok;
  });
}
