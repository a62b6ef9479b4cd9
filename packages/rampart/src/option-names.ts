import type { GovernOptions } from '@sallyport/core';
import { GOVERN_OPTIONS, optionNames, REQUEST_OPTIONS } from '@sallyport/core/internal';
import type { TestOptions } from './client.js';
import type { GuardOptions } from './guard.js';
import type { SafeExecOptions } from './safe-exec.js';
import type { CallIdentity, EvaluateOptions, PreflightOptions } from './types/index.js';

type Names<Options> = Readonly<Record<keyof Options, true>>;

const IDENTITY = { agent: true, session: true, runId: true, toolCallId: true } as const satisfies Names<CallIdentity>;

const FACTS = {
  ...REQUEST_OPTIONS,
  ...IDENTITY,
  input: true,
  command: true,
  path: true,
  url: true,
  workdir: true,
  cwd: true,
  approvalOwner: true,
} as const;

const EVALUATE = { ...FACTS, response: true, preferWaitMs: true } satisfies Names<EvaluateOptions>;
const PREFLIGHT = { ...FACTS, enforce: true, verification: true } satisfies Names<PreflightOptions>;
const TEST = { ...REQUEST_OPTIONS, tool: true, agent: true, session: true } satisfies Names<TestOptions>;

const SHELL = { cwd: true, env: true, runTimeoutMs: true, killGraceMs: true, maxOutputBytes: true } as const;
const SAFE_EXEC = { ...GOVERN_OPTIONS, ...IDENTITY, ...SHELL } satisfies Names<SafeExecOptions>;

const { toolCallId: _, ...WHO } = IDENTITY;
const GUARD = { ...GOVERN_OPTIONS, ...WHO, tool: true, params: true } satisfies Names<GuardOptions>;

export const EVALUATE_NAMES = optionNames(EVALUATE);
export const PREFLIGHT_NAMES = optionNames(PREFLIGHT);
export const TEST_NAMES = optionNames(TEST);
export const SAFE_EXEC_NAMES = optionNames(SAFE_EXEC);
export const GUARD_NAMES = optionNames(GUARD);

/** The part of some options that `govern` takes. */
export function governOptions(options: GovernOptions): GovernOptions {
  const known = Object.entries(options).filter(([name]) => name in GOVERN_OPTIONS);
  return Object.fromEntries(known);
}
