import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { files } from '../setup/files.mjs';
import { ROOT } from '../setup/root.mjs';
import { failOn, type Step } from './step.js';

const TEXT = /\.(ts|mjs|json|yaml|yml|md)$/;

function problemsOf(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const name = relative(ROOT, file);
  return [
    ...(text.includes(ROOT) ? [`${name} names a folder of this machine.`] : []),
    ...(name === 'pnpm-lock.yaml' && /\bhttps?:/.test(text)
      ? [`${name} holds an address: it would only install where that registry can be reached.`]
      : []),
  ];
}

/** Nothing that was written here depends on where it was written. */
export const tidy: Step = {
  name: 'tidy',
  async run() {
    const written = files(ROOT, (name) => name.startsWith('.') || ['node_modules', 'dist', 'api'].includes(name));
    failOn([...written.filter((file) => TEXT.test(file)), join(ROOT, 'pnpm-lock.yaml')].flatMap(problemsOf));
    return undefined;
  },
};
