/** What the engine calls an action. */
export type ActionType = 'tool_call' | 'file_read' | 'file_write' | 'api_call' | 'shell_exec' | 'data_access';

const BY_CAPABILITY: Readonly<Record<string, ActionType>> = {
  'file.read': 'file_read',
  'file.write': 'file_write',
  'network.fetch': 'api_call',
  'database.query': 'data_access',
  'shell.exec': 'shell_exec',
  'tool.call': 'tool_call',
};

/** The action type of a capability; whatever has no type of its own is a tool call. */
export function actionTypeOf(capability: string): ActionType {
  return (Object.hasOwn(BY_CAPABILITY, capability) ? BY_CAPABILITY[capability] : undefined) ?? 'tool_call';
}

const SEVERITIES: Readonly<Record<ActionType, number>> = {
  shell_exec: 9,
  file_write: 6,
  api_call: 5,
  data_access: 4,
  tool_call: 3,
  file_read: 2,
};

/** How grave an action is by itself, 0 to 10. */
export const severityOf = (type: ActionType): number => SEVERITIES[type];

const TYPES: readonly ActionType[] = ['tool_call', 'file_read', 'file_write', 'api_call', 'shell_exec', 'data_access'];

/** Reads back a type that was stored. */
export const actionTypeNamed = (name: string): ActionType | undefined => TYPES.find((type) => type === name);
