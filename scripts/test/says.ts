/** The first of the expected lines that an output does not hold, after those before it; undefined when it holds all. */
export function missing(output: string, expected: string): string | undefined {
  let from = 0;
  return expected
    .split('\n')
    .filter((line) => line !== '')
    .find((line) => {
      const at = output.indexOf(line, from);
      from = at + line.length;
      return at < 0;
    });
}
