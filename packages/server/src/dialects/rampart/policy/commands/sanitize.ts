import { withoutBlanks } from './lex.js';

const ESCAPE = 0x1b;
const OPEN_BRACKET = 0x5b;

function isControl(code: number): boolean {
  if (code === 0x09 || code === 0x0a) return false;
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

/** End of the terminal control sequence (`ESC [ … letter`) that starts at `start`, or `start` when there is none. */
function endOfControlSequence(text: string, start: number): number {
  if (text.charCodeAt(start) !== ESCAPE || text.charCodeAt(start + 1) !== OPEN_BRACKET) return start;
  let at = start + 2;
  while (at < text.length && text.charCodeAt(at) >= 0x20 && text.charCodeAt(at) < 0x40) at++;
  const final = text.charCodeAt(at);
  return final >= 0x40 && final <= 0x7e ? at + 1 : start;
}

/** Removes what a terminal would not show: control sequences and control characters other than tab and newline. */
export function sanitize(command: string): string {
  let kept = '';
  let start = 0;
  for (let at = 0; at < command.length; at++) {
    if (!isControl(command.charCodeAt(at))) continue;
    kept += command.slice(start, at);
    start = Math.max(at + 1, endOfControlSequence(command, at));
    at = start - 1;
  }
  return withoutBlanks(start === 0 ? command : kept + command.slice(start)).trim();
}
