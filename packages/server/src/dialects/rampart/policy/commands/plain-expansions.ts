const NAME = '[A-Za-z_]\\w*';
/** Text that nothing is made of but itself. */
const LITERAL = '[\\w./:,@%+ -]*';
const PATTERN = '[\\w./:,@+*?-]*';

/**
 * What may follow a `$` without running anything, whatever variables hold: a parameter by its name, a default, what is
 * cut off by a plain pattern, a command (which is read by itself), or nothing that expands at all.
 */
const PLAIN = [
  `${NAME}(?!\\[)`,
  '[0-9@*#?!$_-](?!\\[)',
  `\\{(?:${NAME}|[0-9@*#?!$_-]|#${NAME})\\}`,
  `\\{(?:${NAME}|[0-9])(?::?[-+?]${LITERAL}|(?:%%?|##?)${PATTERN})\\}`,
  '\\((?!\\()',
  '(?=[\\s),./:;|%+]|$)',
];
const OTHER = new RegExp(`\\$(?!${PLAIN.join('|')})`);

/**
 * Whether every expansion in the text is one that is known to be harmless. Anything else (indirection, operators that
 * transform or assign, arithmetic, subscripts) may run what a variable holds, and a text can put one together unseen.
 * Quotes are ignored: another shell may read what they hold.
 */
export function expandsPlainly(text: string): boolean {
  return !text.includes('$') || !OTHER.test(text);
}
