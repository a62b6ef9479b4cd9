// What others wrote is shown, not obeyed: an escape sequence in a command must not reach the operator's terminal.
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text from elsewhere, safe to show on one line of a terminal. */
export function plain(text: string): string {
  return text.replace(CONTROL, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Cuts a text that would widen a whole column. */
export function cut(text: string, width: number): string {
  const chars = [...plain(text)];
  return chars.length > width ? `${chars.slice(0, width - 1).join('')}…` : chars.join('');
}

/** Rows under headings, columns aligned, without a ruler. The last column is as long as it is. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const lines = [headings, ...rows.map((row) => row.map(plain))];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
