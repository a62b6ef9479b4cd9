import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The name of a program that does nothing but write down its arguments. */
export const MARKER = 'pwn';

/** Programs that lines may run beside the marker: all of them only run another one. */
const WRAPPERS = [
  ...['sh', 'bash', 'dash', 'env', 'nohup', 'nice', 'timeout', 'setsid', 'stdbuf', 'cat', 'find'],
  ...['ionice', 'flock', 'taskset', 'setarch', 'setpriv', 'prlimit', 'choom'],
];
const DIRECTORIES = ['/bin', '/usr/bin', '/usr/local/bin'];
const DEADLINE_MS = 120_000;

/** Every line has a folder of its own; what it leaves running is waited for by the pipe that it holds open. */
const DRIVER = `
exec 3>&1
for folder in */; do
  line=$(cat "$folder/line" && echo .)
  (cd "$folder" && exec env -i PATH="$BIN" "$BIN/$SHELL_NAME" -c "\${line%.}" </dev/null >/dev/null 2>&1)
done
`;

async function found(program: string): Promise<string | undefined> {
  for (const directory of DIRECTORIES) {
    const path = join(directory, program);
    const exists = await readFile(path).then(
      () => true,
      () => false,
    );
    if (exists) return path;
  }
  return undefined;
}

/** A folder of programs to run lines with. */
export class RealShells {
  readonly #root: string;
  /** The shells of this machine: those that differ, or the one that every such system has. */
  readonly names: readonly string[];

  static async open(): Promise<RealShells> {
    const root = await mkdtemp(join(tmpdir(), 'sallyport-shells-'));
    const bin = join(root, 'bin');
    await mkdir(bin);
    const present: string[] = [];
    for (const name of WRAPPERS) {
      const path = await found(name);
      if (path === undefined) continue;
      await symlink(path, join(bin, name));
      present.push(name);
    }
    await writeFile(join(bin, MARKER), `#!/bin/sh\nprintf '%s\\0' "$#" "$@" >>.ran\n`);
    await chmod(join(bin, MARKER), 0o755);
    const distinct = ['bash', 'dash'].filter((name) => present.includes(name));
    return new RealShells(root, distinct.length > 0 ? distinct : ['sh']);
  }

  private constructor(root: string, names: readonly string[]) {
    this.#root = root;
    this.names = names;
  }

  /** Runs each line with `shell -c`. Returns, by line, the arguments of each run of the marker. */
  async run(shell: string, lines: readonly string[]): Promise<readonly (readonly string[][])[]> {
    const folder = await mkdtemp(join(this.#root, `${shell}-`));
    const own = lines.map((_, index) => join(folder, String(index).padStart(6, '0')));
    for (const [index, path] of own.entries()) {
      await mkdir(path);
      await writeFile(join(path, 'line'), lines[index] ?? '');
      await symlink(join(this.#root, 'bin', MARKER), join(path, MARKER));
    }
    const env = { PATH: DIRECTORIES.join(':'), BIN: join(this.#root, 'bin'), SHELL_NAME: shell };
    const driver = spawn('/bin/sh', ['-c', DRIVER], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: DEADLINE_MS,
    });
    driver.stdout.resume();
    await once(driver, 'close');
    return Promise.all(own.map(async (path) => runsIn(await readFile(join(path, '.ran'), 'utf8').catch(() => ''))));
  }

  async close(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }
}

/** Each run is its number of arguments and then the arguments, all ended by NUL. */
function runsIn(text: string): string[][] {
  const fields = text.split('\0').slice(0, -1);
  const runs: string[][] = [];
  for (let at = 0; at < fields.length; ) {
    const count = Number(fields[at]);
    runs.push(fields.slice(at + 1, at + 1 + count));
    at += 1 + count;
  }
  return runs;
}
