import { posix } from 'node:path';
import type { ToolCall } from '../policy/model.js';
import { quote } from './go.js';
import { isHighRiskCommand, isHighRiskPath } from './high-risk.js';

const RISKY_COMMAND = '⚠️  This command matches a high-risk pattern. Allowing it is not recommended.';
const RISKY_PATH = '⚠️  This path is highly sensitive. Allowing access is not recommended.';

/** Commands whose arguments decide everything: a rule for any argument would be a rule for disaster. */
const DESTRUCTIVE = new Set(['rm', 'shred', 'dd', 'wipefs', 'mkfs', 'fdisk', 'parted', 'truncate', 'mv']);
const WRAPPERS = new Set(['sudo', 'env', 'time', 'nice', 'nohup', 'timeout']);

const SENSITIVE = [
  ...['/etc/', '/root/', '/proc/', '/sys/', '/dev/', '/.ssh/', '/.gnupg/', '/.aws/', '/.config/'],
  ...['id_rsa', 'id_ed25519', 'id_ecdsa', '.pem', '.key', '.p12', '.pfx', 'shadow', 'passwd'],
];

/**
 * What a person could type to allow a denied call: exactly it, and where that is harmless its neighbours.
 *
 * @param show - how commands and paths are written; as they are unless told.
 */
export function suggestions(call: ToolCall, show: (text: string) => string = String): readonly string[] {
  if (call.tool === 'exec' && call.command !== '') return forCommand(call.command, show);
  return call.path === '' ? [] : forPath(call.path, call.tool, show);
}

function forCommand(command: string, show: (text: string) => string): readonly string[] {
  if (isHighRiskCommand(command)) return [RISKY_COMMAND];
  const wider = widened(command);
  return [command, ...(wider === undefined ? [] : [wider])].map((text) => `rampart allow ${quote(show(text))}`);
}

function forPath(path: string, tool: string, show: (text: string) => string): readonly string[] {
  if (isHighRiskPath(path, tool)) return [RISKY_PATH];
  const directory = posix.dirname(path);
  const wider = tool !== 'write' && directory !== '.' && !isSensitive(path) ? [posix.join(directory, '*')] : [];
  return [path, ...wider].map((text) => `rampart allow ${quote(show(text))} --tool ${tool}`);
}

/** The command with its last argument left open; undefined when that would allow too much, or nothing more. */
function widened(command: string): string | undefined {
  const words = command.trim().split(/\s+/);
  const last = words.findLastIndex((word, index) => index > 0 && !word.startsWith('-'));
  const argument = words[last];
  if (argument === undefined || isSensitive(argument) || isDestructive(words)) return undefined;
  const wider = words.with(last, '*').join(' ');
  return wider === command ? undefined : wider;
}

/** Behind a wrapper any word may be the command, for its options take values. */
function isDestructive(words: readonly string[]): boolean {
  const [first = ''] = words;
  const candidates = WRAPPERS.has(posix.basename(first)) ? words : [first];
  return candidates.some((word) => {
    const name = posix.basename(word);
    return DESTRUCTIVE.has(name) || DESTRUCTIVE.has(name.split('.')[0] ?? name);
  });
}

function isSensitive(text: string): boolean {
  const lower = text.toLowerCase();
  return SENSITIVE.some((part) => lower.includes(part));
}
