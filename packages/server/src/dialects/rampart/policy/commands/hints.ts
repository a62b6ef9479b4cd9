/** Something that may run what it is given to read. */
const RUNS_INPUT = /sh\b|\b(?:source|eval)\b|(?<![^\s;&|(])\.\s|\/dev\/(?:stdin|fd)|\/proc\//;
/** Something that may run what another command writes, when there is a pipe or a substitution. */
const RUNS_OUTPUT = /(?<![\w.-])(?:(?:ba|z|da|a|k|mk|c|tc|fi)?sh|source|eval|stdin|\.(?=\s))(?![\w.])/;
const WRITES = /\||<\(|\$\(|`/;
/** A function may run what it is called with. */
const RUNS_OPERANDS = /\$(?:[@*]|\{[@*])/;
const QUOTING = /['"\\]/g;

/** What the texts of a command may do with others, wherever they stand. */
export class Hints {
  runsInput = false;
  runsOutput = false;
  runsOperands = false;

  take(text: string): void {
    this.runsInput ||= text.includes('<<<') && RUNS_INPUT.test(text);
    this.runsOutput ||= WRITES.test(text) && RUNS_OUTPUT.test(withoutQuoting(text));
    this.runsOperands ||= (text.includes('()') || text.includes('function')) && RUNS_OPERANDS.test(text);
  }
}

/** A text as if nothing in it were quoted. */
export function withoutQuoting(text: string): string {
  return text.replace(QUOTING, '');
}
