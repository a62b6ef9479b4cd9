/** How Rampart says that no rule spoke of a call; its clients may match on it, so it stays as it is. */
const UNMATCHED = /^project policy cannot weaken global default (\w+)$/;

/** What the message of a decision means, where its words mislead. */
export function meaningOf(message: string): string | undefined {
  const action = UNMATCHED.exec(message)?.[1];
  return action === undefined
    ? undefined
    : `no rule matched, and default_action is ${action}; a rule with "action: allow" that matches the call would allow it`;
}
