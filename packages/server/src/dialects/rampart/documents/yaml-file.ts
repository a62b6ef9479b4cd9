import {
  type Alias,
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  visit,
} from 'yaml';
import { PolicyLoadError } from './errors.js';

const MAX_BYTES = 1_048_576;
/** Collections that may be open at once. */
const MAX_STACK = 200;
/** Values reached through aliases: enough to share lists, too few to build a bomb. */
const MAX_ALIASED = 10_000;

/** A YAML file of one document, parsed but not yet understood. Linear in the size of the text. */
export class YamlFile {
  readonly name: string;
  readonly root: Node | null;
  readonly #lines = new LineCounter();
  readonly #targets = new Map<Alias, Node>();
  #aliased = 0;

  /** @throws PolicyLoadError when the text is no single YAML document of at most 1 MiB. */
  constructor(source: string | Uint8Array, name: string) {
    this.name = name;
    const text = this.#decode(source);
    const documents = [...this.#documents(text)];
    const [document] = documents;
    for (const { errors, warnings } of documents) {
      const first = errors[0] ?? warnings[0];
      if (first) this.fail(`engine: parse policy file: ${first.message}`, first.pos[0]);
    }
    if (documents.length !== 1 || !document) {
      this.fail('engine: parse policy file: more than one YAML document', documents[1]?.range[0] ?? 0);
    }
    this.root = document.contents;
    this.#bindAliases(document);
  }

  /** @throws PolicyLoadError always. */
  fail(text: string, offset: number): never {
    const { line, col } = this.#lines.linePos(offset);
    throw new PolicyLoadError(text, { file: this.name, line: Math.max(line, 1), column: Math.max(col, 1) });
  }

  line(offset: number): number {
    return this.#lines.linePos(offset).line;
  }

  /** The node an alias stands for; counts, so that aliases of aliases of aliases end. */
  expand(alias: Alias): Node {
    const target = this.#targets.get(alias);
    const offset = alias.range?.[0] ?? 0;
    if (!target) this.fail(`engine: parse policy file: unknown anchor "${alias.source}"`, offset);
    this.countAliased(offset);
    return target;
  }

  countAliased(offset: number): void {
    this.#aliased += 1;
    if (this.#aliased > MAX_ALIASED) {
      this.fail(`engine: parse policy file: aliases expand to more than ${MAX_ALIASED} values`, offset);
    }
  }

  #decode(source: string | Uint8Array): string {
    const bytes = typeof source === 'string' ? Buffer.byteLength(source) : source.byteLength;
    const place = { file: this.name };
    if (bytes > MAX_BYTES) throw new PolicyLoadError(`engine: policy file exceeds ${MAX_BYTES} bytes`, place);
    if (typeof source === 'string') return source;
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(source);
    } catch (cause) {
      throw new PolicyLoadError('engine: parse policy file: not valid UTF-8', { ...place, cause });
    }
  }

  /** The composer calls itself for each level, so depth is bounded while the (iterative) parser still has the word. */
  *#documents(text: string): Generator<Document.Parsed> {
    const parser = new Parser(this.#lines.addNewLine);
    const composer = new Composer({
      lineCounter: this.#lines,
      prettyErrors: false,
      resolveKnownTags: false,
      // The library compares every pair of keys; `YamlValue.fields` looks them up in a set.
      uniqueKeys: false,
    });
    this.#lines.addNewLine(0);
    for (const lexeme of new Lexer().lex(text)) {
      for (const token of parser.next(lexeme)) yield* composer.next(token);
      if (parser.stack.length > MAX_STACK) this.fail('engine: parse policy file: nested too deeply', parser.offset);
    }
    for (const token of parser.end()) yield* composer.next(token);
    yield* composer.end(true, text.length);
  }

  /** An alias means the last anchor of its name before it, so one walk in the order of the text binds them all. */
  #bindAliases(document: Document.Parsed): void {
    const anchors = new Map<string, Node>();
    visit(document, {
      Node: (_key, node) => {
        if (isAlias(node)) {
          const target = anchors.get(node.source);
          if (target) this.#targets.set(node, target);
        } else if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor) {
          anchors.set(node.anchor, node);
        }
      },
    });
  }
}
