import type { HeaderInput } from './headers.js';
import { isSecretName } from './redact.js';
import type { TransportHeaders } from './transport/port.js';

const MASK = '[redacted]';
/** A shorter one would mask ordinary words. */
const SHORTEST = 6;

/** A secret as it is, and as JSON and URLs spell it. */
const spellings = (secret: string): readonly string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
];

/** What in some headers proves who is asking: whole values, and what follows the scheme in them. */
function* secretsIn(headers: HeaderInput): Iterable<string> {
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string' || !isSecretName(name)) continue;
    yield value;
    yield value.slice(value.indexOf(' ') + 1);
  }
}

/** What a client proves itself with. Some servers repeat what they were sent: it is masked in all that comes back. */
export class Secrets {
  readonly #texts: readonly string[];

  /** @param texts - what is secret, whatever it is called. @param headers - what is secret by its header's name. */
  constructor(texts: readonly string[], ...headers: readonly (HeaderInput | undefined)[]) {
    const given = [...texts, ...headers.flatMap((layer) => [...secretsIn(layer ?? {})])];
    this.#texts = [...new Set(given.filter(({ length }) => length >= SHORTEST).flatMap(spellings))];
  }

  /** These, and those in more headers. */
  with(headers: HeaderInput): Secrets {
    return new Secrets(this.#texts, headers);
  }

  isIn(text: string): boolean {
    return this.#texts.some((secret) => text.includes(secret));
  }

  text(text: string): string {
    return this.#texts.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
  }

  /** Headers, the very same ones where there is nothing to mask. */
  headers(headers: TransportHeaders): TransportHeaders {
    const isClean = Object.values(headers).every((value) =>
      typeof value === 'string' ? !this.isIn(value) : !value?.some((each) => this.isIn(each)),
    );
    if (isClean) return headers;
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        typeof value === 'string' ? this.text(value) : value?.map((each) => this.text(each)),
      ]),
    );
  }

  /** Reads JSON. @throws SyntaxError that quotes no secret either. */
  json(text: string): unknown {
    // A backslash may spell anything.
    const mayHold = this.isIn(text) || text.includes('\\');
    try {
      const value: unknown = JSON.parse(text);
      return mayHold ? this.#value(value) : value;
    } catch (error) {
      // The engine quotes the text around the fault, and may cut a secret in two.
      return mayHold ? JSON.parse(this.text(text)) : raise(error);
    }
  }

  /** What was thrown; where its message holds a secret, an error that says the same without it. */
  thrown(error: unknown): unknown {
    if (!(error instanceof Error) || !this.isIn(error.message)) return error;
    return Object.assign(new Error(this.text(error.message)), { name: error.name });
  }

  #value(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.#value(item));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.text(key), this.#value(item)]));
  }
}

function raise(error: unknown): never {
  throw error;
}
