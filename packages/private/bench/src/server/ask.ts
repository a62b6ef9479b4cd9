import { Pool } from 'undici';

/** Asks a gateway for decisions, each about another command, and no faster than it answers. */
export class Asker {
  readonly #pool: Pool;
  readonly #headers: Readonly<Record<string, string>>;
  #asked = 0;

  constructor(url: string, token: string, connections: number) {
    this.#pool = new Pool(url, { connections });
    this.#headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  }

  readonly ask = async (): Promise<void> => {
    const index = this.#asked++;
    const { statusCode, body } = await this.#pool.request({
      method: 'POST',
      path: '/v1/tool/exec',
      headers: this.#headers,
      body: JSON.stringify({
        agent: 'bench',
        session: 'bench',
        params: { command: `npm run build -- --target ${index} && git add out/${index}.js` },
        run_id: 'run',
        tool_call_id: `call-${index}`,
      }),
    });
    const decision: unknown = JSON.parse(await body.text());
    if (statusCode !== 200 || Reflect.get(Object(decision), 'allowed') !== true) {
      throw new Error(`The gateway answered ${statusCode} ${JSON.stringify(decision)}.`);
    }
  };

  close(): Promise<void> {
    return this.#pool.close();
  }
}
