import type { Parity } from './row.js';

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text: string) => `\`${cell(text)}\``;

/** The page `docs/seed-parity.md`, made from the very rows that the tests run. */
export function renderParity(documents: readonly Parity[]): string {
  const lines = [
    '# Seed parity',
    '',
    'What the documents that this product was asked for from show, and the test that shows it here. This page is made from the tests:',
    'each row is one, named by its first two columns, in `packages/private/conformance/src/seed`.',
    '`npm test` runs them, and fails when this page is not what they say (`UPDATE_DOCS=1 npm test` writes it).',
  ];
  for (const { document, gateway, rows, leftOut } of documents) {
    lines.push(
      '',
      `## ${gateway}: ${document}`,
      '',
      '| Item | In the document | Here | Through |',
      '|---|---|---|---|',
    );
    for (const row of rows) {
      lines.push(`| ${cell(row.item)} | ${code(row.seed)} | ${code(row.ours)} | ${row.via} |`);
    }
    if (leftOut.length > 0) lines.push('', 'Left out:', '');
    for (const { item, why } of leftOut) lines.push(`- ${item}: ${why}`);
  }
  return `${lines.join('\n')}\n`;
}
