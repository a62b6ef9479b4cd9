import { headerValue } from './headers.js';
import type { ResponseHead } from './transport/port.js';

/** The response header in which a server names what it can do beyond the gateway's own protocol. */
const FEATURES_HEADER = 'sallyport-features';

/** Reads the header's comma-separated names; empty when it is absent. */
function parseFeatures(header: string | undefined): ReadonlySet<string> {
  const names = (header ?? '').split(',').map((name) => name.trim().toLowerCase());
  return new Set(names.filter((name) => name !== ''));
}

/** What the server last said it can do. */
export class ServerFeatures {
  #header: string | undefined;
  #names: ReadonlySet<string> = new Set();

  get names(): ReadonlySet<string> {
    return this.#names;
  }

  /** A successful answer without the header takes the claim back; an error may come from something in between. */
  observe({ status, headers }: ResponseHead): void {
    const header = headerValue(headers, FEATURES_HEADER);
    if (header === this.#header || (header === undefined && status >= 300)) return;
    this.#header = header;
    this.#names = parseFeatures(header);
  }
}
