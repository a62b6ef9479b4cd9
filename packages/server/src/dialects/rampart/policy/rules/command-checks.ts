import { compileGlob } from '../globs/glob.js';
import type { When } from '../model.js';
import { type Check, list, quote, type RuleKind, type Stance } from './check.js';
import {
  type CommandField,
  compileCommandField,
  excludedFromGrant,
  isExcused,
  restricted,
  uncovered,
} from './command-field.js';
import type { Tables } from './tables.js';

/** The conditions on a command, and the field that brings it into question. */
export function commandChecks(when: When, kind: RuleKind, tables: Tables): { checks: Check[]; field: CommandField } {
  const { stance } = kind;
  const field = compileCommandField(when, kind, tables);
  const checks: Check[] = [];
  const wanted = field.wanted.size > 0;
  if (wanted) checks.push(stance === 'restricts' ? restrictingCheck(field) : grantingCheck(field));
  const assigned = when.commandEnvAssignments ?? [];
  if (assigned.length > 0) checks.push(assignmentCheck(assigned, stance));
  if (!wanted && field.excluded.size > 0) checks.push(exclusionCheck(field, stance));
  return { checks, field };
}

function restrictingCheck(field: CommandField): Check {
  return {
    holds: ({ call, command }) => call.command !== '' && restricted(field, command) !== undefined,
    explain: ({ call, command }) => {
      if (call.command === '') return 'there is no command';
      const hit = restricted(field, command);
      if (hit !== undefined) return `${quote(hit.pattern)} fits ${quote(hit.text)}`;
      return `no command pattern fits, or only what command_not_matches excludes`;
    },
  };
}

function grantingCheck(field: CommandField): Check {
  return {
    holds: ({ call, command }) =>
      call.command !== '' &&
      uncovered(field, command).length === 0 &&
      (field.excluded.size === 0 || excludedFromGrant(field, command) === undefined),
    explain: ({ call, command }) => {
      if (call.command === '') return 'there is no command';
      const open = uncovered(field, command);
      if (open.length > 0) return `no command pattern covers ${list(open.map(quote))}`;
      const excluded = excludedFromGrant(field, command);
      return excluded === undefined
        ? `command patterns cover ${list(command.reading.components.map(quote))}`
        : `command_not_matches excludes ${quote(excluded)}`;
    },
  };
}

function assignmentCheck(patterns: readonly string[], stance: Stance): Check {
  const globs = patterns.map(compileGlob);
  const assigned = (names: ReadonlySet<string>) => [...names].find((name) => globs.some((matches) => matches(name)));
  return {
    holds: ({ call, command }) =>
      call.command !== '' &&
      (assigned(command.reading.assignments) !== undefined || (command.overflow && stance === 'restricts')),
    explain: ({ command }) => {
      const name = assigned(command.reading.assignments);
      return name === undefined ? `it sets none of ${list(patterns.map(quote))}` : `it sets ${quote(name)}`;
    },
  };
}

function exclusionCheck(field: CommandField, stance: Stance): Check {
  return {
    holds: ({ command }) => !isExcused(field, stance, command),
    explain: ({ command }) =>
      `command_not_matches ${isExcused(field, stance, command) ? 'excludes' : 'does not exclude'} the command`,
  };
}
