import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Where the tour leaves what a reader may want to look at afterwards. */
export interface Workspace {
  /** The agent's working directory. */
  readonly home: string;
  readonly policies: string;
  readonly database: string;
  readonly auditLog: string;
}

const files: Readonly<Record<string, string>> = {
  'notes.txt': 'Ship the release when the tests are green.\n',
  'publish.mjs': "console.log('release 1.4.0 published');\n",
  // Put together at run time, so that no file of this repository looks like it holds a key.
  'show-settings.mjs': "console.log('region=eu-1');\nconsole.log('key=' + 'AKIA' + 'TOURTOURTOURTOUR');\n",
};

/** Makes the workspace afresh. `policy` takes the place of the tour's own policy file. */
export async function makeWorkspace(root: string, policy?: string): Promise<Workspace> {
  const home = join(root, 'agent');
  const policies = join(root, 'policies');
  await rm(root, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  await mkdir(policies);
  for (const [name, content] of Object.entries(files)) await writeFile(join(home, name), content);
  if (policy) await copyFile(policy, join(policies, basename(policy)));
  else {
    const own = join(import.meta.dirname, 'policies');
    for (const name of await readdir(own)) await copyFile(join(own, name), join(policies, name));
  }
  return { home, policies, database: join(root, 'gateway.db'), auditLog: join(root, 'audit.jsonl') };
}
