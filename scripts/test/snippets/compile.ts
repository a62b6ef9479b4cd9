import { join, relative } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../setup/root.mjs';
import type { Snippet } from './extract.js';

// A package that depends on every published one, so that snippets resolve them as a user's project would.
const HOME = join(ROOT, 'packages/private/consumers/snippets');

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  types: ['node'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  // Every snippet stands alone and may await.
  moduleDetection: ts.ModuleDetectionKind.Force,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  noEmit: true,
};

/** Type-checks snippets against the built packages. One line per error, at its place in the file it was taken from. */
export function compile(snippets: readonly Snippet[]): readonly string[] {
  const sources = new Map(snippets.map((snippet, index) => [join(HOME, `${index}.ts`), snippet]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => sources.has(file) || fileExists(file);
  host.readFile = (file) => sources.get(file)?.code ?? readFile(file);
  host.getSourceFile = (file, languageOrOptions, onError, fresh) => {
    const snippet = sources.get(file);
    if (snippet === undefined) return getSourceFile(file, languageOrOptions, onError, fresh);
    return ts.createSourceFile(file, snippet.code, languageOrOptions);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
    const snippet = sources.get(diagnostic.file?.fileName ?? '');
    if (snippet === undefined || diagnostic.file === undefined) return message;
    const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
    return `${relative(ROOT, snippet.file)}:${snippet.line + line}: ${message}`;
  });
}
