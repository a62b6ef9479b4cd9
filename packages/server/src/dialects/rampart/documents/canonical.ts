import type { ToolCall } from '../policy/model.js';
import { agreedTask, agreedValue, isUrlTool } from './aliases.js';
import { bodyFields, type Fields, flagField, isFields, objectField, textField } from './body.js';
import { refuseNul } from './nul.js';
import { toolName } from './tool-name.js';
import { urlParts } from './url-parts.js';

const TEXTS = ['command', 'path', 'url', 'workdir', 'cwd'] as const;
const KNOWN = new Set<string>([
  ...TEXTS,
  'agent',
  'session',
  'run_id',
  'tool_call_id',
  'params',
  'input',
  'response',
  'enforce',
  'verification',
  'approval_owner',
  'openclaw_hosted',
  'skip_pending_approval',
]);

/** A tool's output may hold anything: nothing is bound to it. */
const UNBOUND: ReadonlySet<string> = new Set(['response']);

/** A request of the tool and preflight routes, understood. Absent texts are empty, absent flags false. */
export interface CallRequest {
  readonly call: ToolCall;
  readonly runId: string;
  readonly toolCallId: string;
  /** Output of the tool, to be scanned; empty when none was sent. */
  readonly response: string;
  readonly enforce: boolean;
  readonly verification: boolean;
  readonly approvalOwner?: Fields;
  readonly openclawHosted: boolean;
  readonly skipPendingApproval: boolean;
}

type View = Record<string, unknown>;

/** The server's own word for a normalised command, which no caller may set. */
const EFFECTIVE = 'command_effective';

/**
 * Reads a tool call: checks the tool's name, agrees on one spelling of each field, and writes it back everywhere, so
 * that what is decided on is what the tool will see.
 *
 * @param tool - the name as the path has it, percent-decoded.
 * @param body - the parsed body.
 * @param agent - the name that the credential stands for; overrules the body's.
 * @throws InvalidCallError whose message is the documented text of the 400 answer.
 */
export function canonicalCall(tool: string, body: unknown, agent?: string): CallRequest {
  const name = toolName(tool);
  const fields = bodyFields(body, KNOWN);
  refuseNul(fields, UNBOUND);
  const approvalOwner = objectField(fields, 'approval_owner');
  return {
    call: canonicalise(name, fields, agent ?? textField(fields, 'agent')),
    runId: textField(fields, 'run_id'),
    toolCallId: textField(fields, 'tool_call_id'),
    response: textField(fields, 'response'),
    enforce: flagField(fields, 'enforce'),
    verification: flagField(fields, 'verification'),
    ...(approvalOwner && { approvalOwner }),
    openclawHosted: flagField(fields, 'openclaw_hosted'),
    skipPendingApproval: flagField(fields, 'skip_pending_approval'),
  };
}

function canonicalise(tool: string, fields: Fields, agent: string): ToolCall {
  const params: View = { ...objectField(fields, 'params') };
  const input: View | undefined = copy(objectField(fields, 'input'));
  const nested = ['arguments', 'tool_input'].map((key) => ownCopy(params, key));
  const views = [params, input, ...nested].filter((view) => view !== undefined);
  const matched = [input, ...nested].find((view) => view && Object.keys(view).length > 0) ?? params;
  const top: View = Object.fromEntries(TEXTS.map((key) => [key, textField(fields, key)]));
  const agreed = (field: Parameters<typeof agreedValue>[0]) => agreedValue(field, tool, [...views, top]);

  const sentCommand = tool === 'agent' ? agreedTask(views) : agreed('command');
  const url = agreed('url');
  const target = urlParts(url);
  const derived = isUrlTool(tool) ? target : undefined;
  const values: Values = {
    command: tool === 'exec' ? withoutLeadingComments(sentCommand) : sentCommand,
    path: agreed('path') || (derived?.path ?? ''),
    workdir: agreed('working directory'),
    url,
  };
  const { domain, scheme } = target ?? { domain: agreed('domain'), scheme: agreed('scheme') };
  for (const view of views) writeBack(view, values, sentCommand, derived && { domain, scheme });
  return {
    tool,
    agent,
    session: textField(fields, 'session'),
    agentDepth: 0,
    params,
    ...(input && { input }),
    view: matched,
    ...values,
    domain,
    scheme,
  };
}

interface Values {
  readonly command: string;
  readonly path: string;
  readonly workdir: string;
  readonly url: string;
}

const copy = (view: Fields | undefined): View | undefined => view && { ...view };

/** Replaces a nested object by a copy that may be written to; undefined when there is none. */
function ownCopy(params: View, key: string): View | undefined {
  const value = params[key];
  if (!isFields(value)) return undefined;
  const own = { ...value };
  params[key] = own;
  return own;
}

function writeBack(view: View, values: Values, sentCommand: string, target: object | undefined): void {
  delete view[EFFECTIVE];
  for (const [key, value] of Object.entries(values)) if (value !== '') view[key] = value;
  // A command of nothing but comments is empty, and must not stay behind as it was sent.
  if (sentCommand !== '') Object.assign(view, { command: values.command });
  if (target) Object.assign(view, target);
}

/** A shell skips these lines, and so must a pattern that looks at how the command begins. */
function withoutLeadingComments(command: string): string {
  let start = 0;
  while (start < command.length) {
    const newline = command.indexOf('\n', start);
    const end = newline === -1 ? command.length : newline;
    const line = command.slice(start, end).trim();
    if (line !== '' && !line.startsWith('#')) return command.slice(start);
    start = end + 1;
  }
  return '';
}
