import { RE2JS } from 're2js';
import { ConditionSyntaxError, lex, type Token } from './lex.js';
import { asBoolean, ConditionError, isEqual, isIn, isOrdered, typeOf } from './values.js';

/** What a condition may look at. A path that leads nowhere is null. */
export interface Scope {
  readonly parameters: unknown;
  readonly actor: unknown;
  readonly action: unknown;
  readonly context: unknown;
  readonly time: unknown;
}

type Operand = (scope: Scope) => unknown;

/** A condition that was read. @throws ConditionError when its values cannot be compared */
export type Condition = (scope: Scope) => boolean;

const ROOTS: Readonly<Record<string, (path: readonly string[]) => boolean>> = {
  parameters: () => true,
  context: () => true,
  actor: (path) => path.length === 2 && ['id', 'type'].includes(path[1] ?? ''),
  action: (path) => path.length === 2 && ['capability', 'resource'].includes(path[1] ?? ''),
  time: (path) => path.length === 2 && ['hour', 'day_of_week'].includes(path[1] ?? ''),
};
const COMPARISONS = ['==', '!=', '<', '<=', '>', '>=', 'in', 'not', 'matches'];
const MAX_CHARS = 4096;
const MAX_DEPTH = 64;
/** Patterns take linear time, and a proposal may meet a thousand of them. */
const MAX_SUBJECT_CHARS = 8192;

/**
 * Reads a condition: `or` < `and` < `not` < comparison; `== != < <= > >= in`, `not in`, `matches` (RE2, unanchored); texts in
 * either quotes, numbers, `true`, `false`, `null`, `[lists]`, parentheses.
 *
 * @throws ConditionSyntaxError
 */
export function parseCondition(source: string): Condition {
  if (source.length > MAX_CHARS) throw new ConditionSyntaxError(`longer than ${MAX_CHARS} characters`);
  const parser = new Parser(lex(source));
  return parser.whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Condition {
    const condition = this.#or();
    if (this.#at < this.#tokens.length) throw this.#unexpected();
    return condition;
  }

  #or(): Condition {
    const terms = [this.#and()];
    while (this.#take('or')) terms.push(this.#and());
    return terms.length === 1 ? (terms[0] ?? never) : (scope) => terms.some((term) => term(scope));
  }

  #and(): Condition {
    const terms = [this.#not()];
    while (this.#take('and')) terms.push(this.#not());
    return terms.length === 1 ? (terms[0] ?? never) : (scope) => terms.every((term) => term(scope));
  }

  #not(): Condition {
    let negated = false;
    while (this.#take('not')) negated = !negated;
    const term = this.#comparison();
    return negated ? (scope) => !term(scope) : term;
  }

  #comparison(): Condition {
    if (this.#take('(')) {
      this.#depth += 1;
      if (this.#depth > MAX_DEPTH) throw new ConditionSyntaxError(`nested more than ${MAX_DEPTH} deep`);
      const inner = this.#or();
      this.#expect(')');
      this.#depth -= 1;
      return inner;
    }
    const left = this.#operand();
    const operator = COMPARISONS.find((known) => this.#take(known));
    switch (operator) {
      case undefined:
        return (scope) => asBoolean(left(scope));
      case 'matches':
        return this.#matches(left);
      case 'not':
        this.#expect('in');
        return membership(left, this.#operand(), false);
      case 'in':
        return membership(left, this.#operand(), true);
      default:
        return compare(left, operator, this.#operand());
    }
  }

  /** The pattern is a literal, so that it is compiled when the policy loads. */
  #matches(left: Operand): Condition {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'value' || typeof token.value !== 'string') {
      throw new ConditionSyntaxError('"matches" needs a pattern in quotes');
    }
    this.#at += 1;
    const pattern = compilePattern(token.value);
    return (scope) => {
      const value = left(scope);
      if (value === null) return false;
      if (typeof value !== 'string') throw new ConditionError(`cannot match a pattern against ${typeOf(value)}`);
      if (value.length > MAX_SUBJECT_CHARS) {
        throw new ConditionError(`cannot match a pattern against more than ${MAX_SUBJECT_CHARS} characters`);
      }
      return pattern.matcher(value).find();
    };
  }

  #operand(): Operand {
    if (this.#take('[')) return this.#list();
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === 'symbol') throw this.#unexpected();
    this.#at += 1;
    if (token.kind === 'value') return () => token.value;
    const { path } = token;
    const [root = ''] = path;
    if (!Object.hasOwn(ROOTS, root) || ROOTS[root]?.(path) !== true) {
      throw new ConditionSyntaxError(
        `there is no "${path.join('.')}": known are parameters.*, context.*, actor.id, actor.type, action.capability, action.resource, time.hour and time.day_of_week`,
      );
    }
    return (scope) => valueAt(scope, path);
  }

  #list(): Operand {
    const items: Operand[] = [];
    while (!this.#take(']')) {
      if (items.length > 0) this.#expect(',');
      if (this.#peek('[')) throw this.#unexpected();
      items.push(this.#operand());
    }
    return (scope) => items.map((item) => item(scope));
  }

  #peek(symbol: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === 'symbol' && token.symbol === symbol;
  }

  #take(symbol: string): boolean {
    const found = this.#peek(symbol);
    if (found) this.#at += 1;
    return found;
  }

  #expect(symbol: string): void {
    if (!this.#take(symbol)) throw this.#unexpected(`"${symbol}" is missing`);
  }

  #unexpected(what = 'unexpected word'): ConditionSyntaxError {
    const token = this.#tokens[this.#at];
    return new ConditionSyntaxError(
      token === undefined ? `${what}: the condition ends early` : `${what} at position ${token.at}`,
    );
  }
}

const never: Condition = () => false;

function compare(left: Operand, operator: string, right: Operand): Condition {
  switch (operator) {
    case '==':
      return (scope) => isEqual(left(scope), right(scope));
    case '!=':
      return (scope) => !isEqual(left(scope), right(scope));
    case '<':
    case '<=':
    case '>':
    case '>=':
      return (scope) => isOrdered(left(scope), operator, right(scope));
    default:
      throw new ConditionSyntaxError(`unknown operator "${operator}"`);
  }
}

const membership =
  (item: Operand, container: Operand, wanted: boolean): Condition =>
  (scope) =>
    isIn(item(scope), container(scope)) === wanted;

function compilePattern(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw new ConditionSyntaxError(
      `"${pattern}" is no regular expression of RE2: ${error instanceof Error ? error.message : ''}`,
    );
  }
}

/** Own members only: nothing that every object has can be asked for. */
function valueAt(scope: Scope, path: readonly string[]): unknown {
  let value: unknown = scope;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
    value = Reflect.get(value, name);
  }
  return value ?? null;
}
