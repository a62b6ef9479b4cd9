const VALUE = (name: string) =>
  `(?:'(?<single${name}>[^']{0,256})'|"(?<double${name}>[^"]{0,256})"|(?<plain${name}>[^\\s;&|'"]{1,256}))`;
const NAME = '[\\w.-]{1,64}';
const RENAMING = new RegExp(
  [
    `\\balias[ \\t]+(?:--[ \\t]+)?(?<alias>${NAME})=${VALUE('Alias')}`,
    `\\bhash[ \\t]+-p[ \\t]*${VALUE('Hashed')}[ \\t]+(?<hashed>${NAME})`,
    `\\bBASH_CMDS\\[(?<cached>${NAME})\\]=${VALUE('Cached')}`,
  ].join('|'),
  'g',
);
const RENAMES = /\balias\s|\bhash\s|BASH_CMDS/;
const WORD = /[^\s;&|(){}`'"]+/g;

/** The text with the programs that it gives other names called by their own; undefined when it renames none. */
export function withoutRenamings(text: string): string | undefined {
  if (!RENAMES.test(text)) return undefined;
  const programs = new Map<string, string>();
  for (const { groups = {} } of text.matchAll(RENAMING)) {
    const { alias, hashed, cached, ...values } = groups;
    const name = alias ?? hashed ?? cached;
    const program = Object.values(values).find((value) => value !== undefined);
    if (name !== undefined && program !== undefined) programs.set(name, program);
  }
  return programs.size === 0 ? undefined : text.replace(WORD, (word) => programs.get(word) ?? word);
}
