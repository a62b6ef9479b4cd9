/** A ```ts fence of a docstring or a guide. */
export interface Snippet {
  readonly file: string;
  /** Line of the code's first line in its file, from 1. */
  readonly line: number;
  readonly code: string;
}

const OPENING = /^```ts$/;
const CLOSING = /^```$/;

/** Docstring lines lose their asterisk; lines of code outside docstrings cannot open a fence. */
function content(text: string, markdown: boolean): string | undefined {
  if (markdown) return text;
  return /^\s*\* ?(?!\/)(.*)$/.exec(text)?.[1];
}

/** Finds the TypeScript of one file: fences in Markdown, fences in docstrings elsewhere. */
export function snippetsOf(file: string, text: string): readonly Snippet[] {
  const snippets: Snippet[] = [];
  let open: { line: number; code: string[] } | undefined;
  text.split('\n').forEach((raw, index) => {
    const line = content(raw, file.endsWith('.md'));
    if (line === undefined) {
      open = undefined;
    } else if (open === undefined) {
      if (OPENING.test(line)) open = { line: index + 2, code: [] };
    } else if (CLOSING.test(line)) {
      snippets.push({ file, line: open.line, code: open.code.join('\n') });
      open = undefined;
    } else {
      open.code.push(line);
    }
  });
  return snippets;
}
