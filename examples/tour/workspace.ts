import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the tour leaves what a reader may want to look at afterwards. */
export interface Workspace {
  /** The agent's working directory. */
  readonly home: string;
  readonly database: string;
  /** The folder of the exported audit logs. */
  readonly logs: string;
}

const files: Readonly<Record<string, string>> = {
  'cache/page.html': '<p>cached</p>\n',
  'notes.txt': 'Ship the release when the tests are green.\n',
  'publish.mjs': "console.log('release 1.4.0 published');\n",
  // Put together at run time, so that no file of this repository looks like it holds a key.
  'show-settings.mjs': "console.log('region=eu-1');\nconsole.log('key=' + 'AKIA' + 'TOURTOURTOURTOUR');\n",
};

/** Makes the workspace afresh. */
export async function makeWorkspace(root: string): Promise<Workspace> {
  const home = join(root, 'agent');
  await rm(root, { recursive: true, force: true });
  await mkdir(join(home, 'cache'), { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(home, name), content);
  return { home, database: join(root, 'gateway.db'), logs: join(root, 'audit') };
}
