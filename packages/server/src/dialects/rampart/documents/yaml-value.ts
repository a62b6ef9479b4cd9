import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import type { Source } from '../policy/model.js';
import { YamlFile } from './yaml-file.js';

const MAX_DEPTH = 64;
const TRUE = new Set(['true', 'yes', 'on']);
const FALSE = new Set(['false', 'no', 'off']);

/** One value of a YAML file with its place: every reader either returns the type asked for or fails with line and column. */
export class YamlValue {
  readonly #file: YamlFile;
  readonly #node: Node | null;
  readonly #offset: number;
  readonly #aliased: boolean;

  constructor(file: YamlFile, node: unknown, offset: number, aliased: boolean) {
    this.#file = file;
    const known = isAlias(node) || isMap(node) || isSeq(node) || isScalar(node) ? node : null;
    this.#aliased = aliased || isAlias(known);
    this.#offset = known?.range?.[0] ?? offset;
    if (aliased) file.countAliased(this.#offset);
    this.#node = isAlias(known) ? file.expand(known) : known;
  }

  /** Reads a file that holds one YAML document. @throws PolicyLoadError */
  static parse(source: string | Uint8Array, name: string): YamlValue {
    const file = new YamlFile(source, name);
    return new YamlValue(file, file.root, 0, false);
  }

  get source(): Source {
    return { file: this.#file.name, line: this.#file.line(this.#offset) };
  }

  /** True for nothing at all, `~` and `null`: as good as leaving the key out. */
  get isNull(): boolean {
    return this.#node === null || (isScalar(this.#node) && this.#node.value === null);
  }

  get isList(): boolean {
    return isSeq(this.#node);
  }

  /** @throws PolicyLoadError always: `engine: <text>`. */
  fail(text: string): never {
    this.#file.fail(`engine: ${text}`, this.#offset);
  }

  /** Any scalar, as it is written: `message: 123` is the text `123`. */
  string(what: string): string {
    const node = this.#node;
    if (!isScalar(node) || this.isNull) this.fail(`${what} must be a string`);
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
  }

  boolean(what: string): boolean {
    const word = isScalar(this.#node) ? this.string(what).toLowerCase() : '';
    if (TRUE.has(word)) return true;
    if (FALSE.has(word)) return false;
    this.fail(`${what} must be true or false`);
  }

  integer(what: string): number {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) this.fail(`${what} must be an integer`);
    return value;
  }

  list(what: string): YamlValue[] {
    const node = this.#node;
    if (!isSeq(node)) this.fail(`${what} must be a list`);
    return node.items.map((item) => this.#child(item));
  }

  strings(what: string): string[] {
    return this.list(what).map((item, index) => item.string(`${what} item ${index}`));
  }

  /** The entries of a mapping by key, without those that are null. Unknown keys fail, when `known` says which are. */
  fields(what: string, known?: readonly string[]): Map<string, YamlValue> {
    const node = this.#node;
    if (!isMap(node)) this.fail(`${what} must be a mapping`);
    const fields = new Map<string, YamlValue>();
    const seen = new Set<string>();
    for (const pair of node.items) {
      const key = this.#child(pair.key);
      const name = key.string(`${what}: key`);
      if (seen.has(name)) key.fail(`parse policy file: ${what}: field "${name}" is given twice`);
      if (known && !known.includes(name)) {
        key.fail(`parse policy file: ${what}: unknown field "${name}" (known are ${known.join(', ')})`);
      }
      seen.add(name);
      const value = new YamlValue(this.#file, pair.value, key.#offset, this.#aliased);
      if (!value.isNull) fields.set(name, value);
    }
    return fields;
  }

  /** The value as JSON would have it, for free-form parameters. */
  json(what: string, depth = MAX_DEPTH): unknown {
    if (depth === 0) this.fail(`${what} is nested too deeply`);
    const node = this.#node;
    if (isSeq(node)) return node.items.map((item) => this.#child(item).json(what, depth - 1));
    if (isMap(node)) return this.#jsonObject(what, depth);
    return isScalar(node) ? jsonScalar(node) : null;
  }

  #jsonObject(what: string, depth: number): unknown {
    const node = this.#node;
    if (!isMap(node)) return null;
    const entries = node.items.map((pair): [string, unknown] => {
      const key = this.#child(pair.key);
      const value = new YamlValue(this.#file, pair.value, key.#offset, this.#aliased);
      return [key.string(`${what}: key`), value.json(what, depth - 1)];
    });
    return Object.fromEntries(entries);
  }

  #child(node: unknown): YamlValue {
    return new YamlValue(this.#file, node, this.#offset, this.#aliased);
  }
}

/** YAML knows infinities and NaN, JSON does not. */
function jsonScalar({ value }: Scalar): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}
