import { Pool } from 'undici';
import type { Subject } from '../gateways/subject.js';

const ALLOWED: ReadonlySet<unknown> = new Set(['allow', 'ALLOW']);

const allows = (answer: unknown): boolean =>
  ALLOWED.has(Reflect.get(Object(answer), 'decision') ?? Reflect.get(Object(answer), 'outcome'));

/** Asks a gateway for decisions, each about something else, and no faster than it answers. */
export class Asker {
  readonly #pool: Pool;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #subject: Subject;
  #asked = 0;

  constructor(subject: Subject, url: string, token: string, connections: number) {
    this.#subject = subject;
    this.#pool = new Pool(url, { connections });
    this.#headers = { authorization: `Bearer ${token}` };
  }

  readonly ask = async (): Promise<void> => {
    const { headers, ...request } = this.#subject.request(this.#asked++);
    const { statusCode, body } = await this.#pool.request({
      ...request,
      headers: {
        ...this.#headers,
        ...(request.body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    const decision: unknown = JSON.parse(await body.text());
    if (statusCode !== 200 || !allows(decision)) {
      throw new Error(`The gateway answered ${statusCode} ${JSON.stringify(decision)}.`);
    }
  };

  close(): Promise<void> {
    return this.#pool.close();
  }
}
