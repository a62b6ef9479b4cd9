import type { TestGateway } from '../support/gateway.js';

/** One thing that a seed document shows, and the proof that it works here. */
export interface ParityRow {
  /** What the seed shows: a snippet, an option, a variable, a field, a behaviour. */
  readonly item: string;
  /** The seed's own words, or the gist of its code. */
  readonly seed: string;
  /** The same in TypeScript. */
  readonly ours: string;
  /** How it is shown: through our client, or verbatim over HTTP. */
  readonly via: 'client' | 'http' | 'cli';
  /** Fails when it does not hold. */
  readonly run: (gateway: TestGateway) => Promise<void>;
}

/** All rows of one seed document. */
export interface Parity {
  readonly document: string;
  readonly gateway: string;
  readonly rows: readonly ParityRow[];
  /** What the seed mentions and this project leaves out, and why. */
  readonly leftOut: readonly { readonly item: string; readonly why: string }[];
}
