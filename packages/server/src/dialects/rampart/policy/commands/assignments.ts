const NAME = /^[\p{L}_][\p{L}\p{Nd}_]*$/u;
const SHELL_NAME = /^[\p{L}_][\p{L}\p{Nd}_]*(?=(?:\[[^\]]*\])?\+?=)/u;
const ENVIRONMENT_DRIVE = /^(?:\$env:|\$\{env:|env:)([^=\s}]+)\}?/i;
const SET_ENVIRONMENT_VARIABLE = /^\[(?:system\.)?environment\]::setenvironmentvariable[\s(]*["']?([^,"')\s]+)/i;

const EXPORTERS: ReadonlySet<string> = new Set(['export', 'declare', 'typeset']);
const WINDOWS_SETTERS: ReadonlySet<string> = new Set(['set', 'setx']);
const ITEM_SETTERS: ReadonlySet<string> = new Set(['set-item', 'new-item', 'set-content']);

/** The name in `NAME=value`, when the word is one and the name is not quoted. */
export function assignedName(word: string, quotedFrom: number = word.length): string | undefined {
  if (!word.includes('=')) return undefined;
  const name = SHELL_NAME.exec(word)?.[0];
  return name !== undefined && name.length < quotedFrom ? name : undefined;
}

/** Names that a command assigns by being a builtin or cmdlet that does so: `export X=1`, `setx X 1`, `$env:X = 1`. */
export function builtinAssignments(words: readonly string[]): string[] {
  const head = words[0] ?? '';
  if (words.length === 1 && !head.includes('=') && !head.startsWith('[')) return [];
  const rest = words.slice(1);
  const builtin = head.toLowerCase();
  if (EXPORTERS.has(head)) {
    return rest.flatMap((word) => assignedName(word) ?? []);
  }
  if (WINDOWS_SETTERS.has(builtin)) {
    const first = rest.find((word) => !word.startsWith('/')) ?? '';
    const name = first.split('=', 1)[0] ?? '';
    return NAME.test(name) && (first.includes('=') || builtin === 'setx') ? [name] : [];
  }
  if (ITEM_SETTERS.has(builtin)) {
    const target = rest.find((word) => ENVIRONMENT_DRIVE.test(word));
    return driveName(target);
  }
  if (builtin.startsWith('$')) {
    return head.includes('=') || rest[0]?.startsWith('=') === true ? driveName(head) : [];
  }
  if (builtin.startsWith('[')) {
    const name = SET_ENVIRONMENT_VARIABLE.exec(words.join(' '))?.[1] ?? '';
    return NAME.test(name) ? [name] : [];
  }
  return [];
}

function driveName(word: string | undefined): string[] {
  const name = word === undefined ? undefined : ENVIRONMENT_DRIVE.exec(word)?.[1];
  return name !== undefined && NAME.test(name) ? [name] : [];
}
