import type { GatewayServer } from '../servers/start.js';

/** One call as any HTTP client would make it. */
export interface PlainRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One of our clients, asking for decisions about one thing after another. */
export interface Asking<Answer> {
  ask(index: number): Answer;
  close(): unknown;
}

/** A gateway, with all that its measurements need to know of it. */
export interface Subject {
  readonly name: string;
  readonly client: (url: string) => Asking<Promise<unknown>>;
  readonly blocking: (url: string) => Asking<unknown>;
  /** What the client asks, in plain HTTP. */
  readonly request: (index: number) => PlainRequest;
  /** A decision that allows, as the gateway words it. */
  readonly answer: Readonly<Record<string, unknown>>;
  /** Starts the real one, ready to allow what is asked. */
  readonly start: (store: string) => Promise<GatewayServer>;
}
