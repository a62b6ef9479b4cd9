import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const coloured = Boolean(process.stdout.isTTY) && !process.env['NO_COLOR'];
const paint = (style: Style, text: string) => (coloured ? styleText(style, text) : text);
const print = (text: string) => process.stdout.write(`${text}\n`);

/** Everything the tour says goes through here, so that it reads the same on a terminal and in a log. */
export const stage = {
  title: (text: string) => print(`\n${paint('bold', text)}\n${paint('dim', '─'.repeat(text.length))}`),
  say: (text: string) => print(`  ${text}`),
  agent: (text: string) => print(`\n  ${paint('cyan', 'agent')}     ${text}`),
  operator: (text: string) => print(`  ${paint('magenta', 'operator')}  ${text}`),
  user: (text: string) => print(`  ${paint('magenta', 'user')}      ${text}`),
  log: (text: string) => print(`\n  ${paint('cyan', 'log')}       ${text}`),
  /** Leaves a line free, where something new begins. */
  pause: () => print(''),
  allowed: (text: string) => print(`  ${paint('green', '✓ allowed')} ${text}`),
  blocked: (text: string) => print(`  ${paint('red', '✗ blocked')} ${text}`),
  waiting: (text: string) => print(`  ${paint('yellow', '… waiting')} ${text}`),
  good: (text: string) => print(`  ${paint('green', '✓')} ${text}`),
  output(text: string): void {
    for (const line of text.trimEnd().split('\n')) print(`            ${paint('dim', '│')} ${line}`);
  },
};
