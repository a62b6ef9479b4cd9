import { readCommand } from '../commands/read.js';
import { exactText, slashed } from '../globs/glob.js';
import { type Casing, internGlob, internText } from '../index/patterns.js';
import type { When } from '../model.js';
import type { RuleKind, Stance } from './check.js';
import type { CommandMatches } from './context.js';
import { firstAmong, internAll, type Patterns, type Tables } from './tables.js';

/** What the command conditions of a rule say together. */
export interface CommandField {
  readonly wanted: Patterns;
  readonly excluded: Patterns;
  /** Wanted patterns that themselves spell out a compound command. */
  readonly composite: Patterns;
  /** Texts that a wanted pattern without wildcards spells out. */
  readonly exact: ReadonlySet<string>;
  /** Whether the patterns are about the text as it was sent, and about no other reading of it. */
  readonly rawOnly: boolean;
}

/** A text of the command that a pattern fits. */
export interface CommandHit {
  readonly text: string;
  readonly pattern: string;
}

/** Compiles `command_matches`, `command_contains` and `command_not_matches`. */
export function compileCommandField(when: When, { stance, persisted }: RuleKind, tables: Tables): CommandField {
  // Where case is ignored it may only ever make a rule stricter: an exclusion is read the other way round.
  const casingFor = (side: Stance): Casing =>
    tables.ignoreCase ? (side === 'restricts' ? 'any' : 'program') : 'exact';
  const glob = (side: Stance) => (pattern: string) => internGlob(tables.commands, pattern, casingFor(side));
  const globs = internAll(when.commandMatches, glob(stance));
  const texts = internAll(when.commandContains, (text) => internText(tables.commands, text, stance === 'restricts'));
  const grants = stance === 'grants';
  const spelled = grants ? [...globs.values()].map(exactText) : [];
  return {
    wanted: new Map([...globs, ...texts]),
    excluded: internAll(when.commandNotMatches, glob(stance === 'grants' ? 'restricts' : 'grants')),
    composite: new Map(grants ? [...globs].filter(([, pattern]) => isComposite(pattern)) : []),
    exact: new Set(spelled.flatMap((text) => text ?? [])),
    rawOnly: persisted && texts.size === 0 && spelled.length > 0 && !spelled.includes(undefined),
  };
}

/** What is evaluated is a command beside the one that evaluates it; a pattern for that spells out neither. */
const EVALUATES = /^\s*(?:eval|trap)\s[^;&|\n]*$/;

function isComposite(pattern: string): boolean {
  return !EVALUATES.test(pattern) && readCommand(pattern).composite;
}

/** What of the command a restriction is about; undefined when it does not apply. */
export function restricted(field: CommandField, command: CommandMatches): CommandHit | undefined {
  if (command.overflow) return { text: command.reading.raw, pattern: '(too many readings)' };
  if (field.excluded.size > 0) return restrictedDespiteExclusions(field, command);
  return firstHit(command.texts, field, command);
}

/**
 * An exclusion excuses one command, never its neighbours. A compound text counts only when none of the commands in it
 * does, and then nothing excuses it: an exclusion must not reach across operators.
 */
function restrictedDespiteExclusions(field: CommandField, command: CommandMatches): CommandHit | undefined {
  const { simple, compounds } = command.reading;
  const judged = new Set<unknown>();
  for (const candidate of simple) {
    const { forms, normalised } = candidate;
    // The targets of a removal say more than its text does.
    const removals = candidate.removals.filter((text) => firstHit([text], field, command) !== undefined);
    for (const text of removals.length > 0 ? removals : forms) {
      const hit = firstHit([text], field, command);
      if (hit === undefined) continue;
      judged.add(candidate);
      const excuses = text === forms[0] && removals.length === 0 ? [text, normalised] : [text];
      if (!excuses.some((excuse) => isExcluded(field, command, excuse))) return hit;
    }
  }
  for (const { forms, members } of compounds) {
    if (members.some((member) => judged.has(member))) continue;
    const hit = firstHit(forms, field, command);
    if (hit !== undefined) return hit;
  }
  return undefined;
}

function firstHit(texts: readonly string[], field: CommandField, command: CommandMatches): CommandHit | undefined {
  for (const text of texts) {
    const pattern = firstAmong(field.wanted, command.matching(text));
    if (pattern !== undefined) return { text, pattern };
  }
  return undefined;
}

function isExcluded(field: CommandField, command: CommandMatches, text: string): boolean {
  return firstAmong(field.excluded, command.matching(text)) !== undefined;
}

/** The components of the command that a grant leaves uncovered; empty when it covers all of them. */
export function uncovered(field: CommandField, command: CommandMatches): readonly string[] {
  const { raw, normalised, components, composite, doubtful } = command.reading;
  if (command.overflow || components.length === 0) return [raw];
  if (field.rawOnly) return field.exact.has(raw) ? [] : [raw];
  if (field.exact.has(slashed(raw))) return [];
  if (doubtful) return [raw];
  if (
    composite &&
    [raw, normalised].some((text) => firstAmong(field.composite, command.matching(text)) !== undefined)
  ) {
    return [];
  }
  return components.filter((text) => firstAmong(field.wanted, command.matching(text)) === undefined);
}

/** The text of the command that takes it out of a grant: any that is excluded. */
export function excludedFromGrant(field: CommandField, command: CommandMatches): string | undefined {
  const { raw, normalised, components } = command.reading;
  return [raw, normalised, ...components].find((text) => isExcluded(field, command, text));
}

/** Whether exclusions excuse the command when nothing else is wanted of it: for a restriction, each part must be. */
export function isExcused(field: CommandField, stance: Stance, command: CommandMatches): boolean {
  if (field.excluded.size === 0) return false;
  if (stance === 'grants') return command.overflow || excludedFromGrant(field, command) !== undefined;
  return !command.overflow && command.reading.components.every((text) => isExcluded(field, command, text));
}
