import type { ActionType } from './actions.js';
import { compileGlob, type Glob } from './glob.js';
import { normalPath } from './targets.js';

/** Why a target is refused whatever policy says. */
export interface Danger {
  readonly code: 'AEGIS-VAL-022' | 'AEGIS-VAL-023';
  readonly message: string;
}

const SHELL_METACHARACTERS = /[;|&`$()<>\n\r]/;

/** Files through which later runs, or other agents, would be steered. */
const PERSISTENCE_FILES = [
  '.git/hooks/*',
  '.bashrc',
  '.bash_profile',
  '.profile',
  '.zshrc',
  '.zprofile',
  'package.json',
  'Makefile',
  'setup.py',
  'setup.cfg',
  '.github/workflows/*',
  '.gitlab-ci.yml',
  'Jenkinsfile',
  'Dockerfile',
  'docker-compose.yml',
  'docker-compose.yaml',
  '.vscode/tasks.json',
  'CLAUDE.md',
  '.claude/*',
  '.cursorrules',
  '.github/copilot-instructions.md',
  '.windsurfrules',
  '.clinerules',
];

const GLOBS: readonly Glob[] = [...new Set(PERSISTENCE_FILES.flatMap((file) => [file, file.toLowerCase()]))].map(
  compileGlob,
);

/** Looks for what no agent may do by name: shell syntax in commands, and writes to files that run by themselves. */
export function dangerOf(type: ActionType, target: string): Danger | undefined {
  if (type === 'shell_exec' && SHELL_METACHARACTERS.test(target)) {
    return {
      code: 'AEGIS-VAL-022',
      message: 'action.target contains shell metacharacters, which hide further commands',
    };
  }
  if (type === 'file_write' && isPersistenceFile(target)) {
    return { code: 'AEGIS-VAL-023', message: 'action.target is a file that runs by itself or steers other agents' };
  }
  return undefined;
}

function isPersistenceFile(target: string): boolean {
  const normal = normalPath(target);
  const base = target.slice(target.lastIndexOf('/') + 1);
  const spellings = new Set([target, normal, target.toLowerCase(), normal.toLowerCase(), base, base.toLowerCase()]);
  return [...spellings].some((spelling) => GLOBS.some((glob) => glob(spelling)));
}
