import { constants } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';

const codeOf = (error: unknown): unknown => (error instanceof Error ? Reflect.get(error, 'code') : undefined);

/** Signed checkpoints by the name of their chain. */
export type Checkpoints = ReadonlyMap<string, string>;

/** A small file that holds the last signed checkpoint of each chain, for its owner only. */
export class CheckpointFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * None when there is no file.
   *
   * @throws SyntaxError when it is not what was written.
   */
  async read(): Promise<Checkpoints> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return new Map();
      throw error;
    }
    const notes = Object.entries<unknown>(Object(JSON.parse(text)));
    return new Map(
      notes.map(([chain, note]) => {
        if (typeof note !== 'string') throw new SyntaxError(`the checkpoint of ${chain} is no text`);
        return [chain, note];
      }),
    );
  }

  /** Replaces the file at one stroke: whoever reads it finds the old checkpoints, or the new ones. */
  async write(checkpoints: Checkpoints): Promise<void> {
    const temporary = `${this.path}.new`;
    const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
    try {
      await file.writeFile(`${JSON.stringify(Object.fromEntries(checkpoints), null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.path);
  }

  remove(): Promise<void> {
    return rm(this.path, { force: true });
  }
}
