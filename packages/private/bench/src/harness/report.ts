import { holds, type Row } from './row.js';

const DIGITS = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

const show = (value: number | undefined, unit: string): string =>
  value === undefined ? '' : `${value >= 1000 ? Math.round(value).toLocaleString('en') : DIGITS.format(value)} ${unit}`;

const verdict = (row: Row): string => {
  const kept = holds(row);
  return kept === undefined ? '' : kept ? 'ok' : 'MISS';
};

/** The rows as aligned text. */
export function reportTable(rows: readonly Row[]): string {
  const cells = [
    ['', 'measured', 'aim', 'limit', ''],
    ...rows.map((row) => [
      row.name,
      show(row.value, row.unit),
      show(row.aim, row.unit),
      show(row.limit, row.unit),
      verdict(row),
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
