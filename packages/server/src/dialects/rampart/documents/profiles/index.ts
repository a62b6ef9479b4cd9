import { ConfigurationError } from '@sallyport/core';
import type { PolicyDocument } from '../../policy/model.js';

const PROFILES = {
  standard: () => import('./standard.generated.js'),
  paranoid: () => import('./paranoid.generated.js'),
  yolo: () => import('./yolo.generated.js'),
  'block-prompt-injection': () => import('./block-prompt-injection.generated.js'),
  'research-agent': () => import('./research-agent.generated.js'),
  'mcp-server': () => import('./mcp-server.generated.js'),
  demo: () => import('./demo.generated.js'),
} as const;

/** A policy file that comes with the server. */
export type ProfileName = keyof typeof PROFILES;

/** Whether there is a built-in profile of that name. */
export function isProfileName(name: string): name is ProfileName {
  return Object.hasOwn(PROFILES, name);
}

/** The names of the built-in profiles. */
export function profileNames(): readonly string[] {
  return Object.keys(PROFILES);
}

/**
 * A built-in profile; its policies say that they are from `embedded:<name>`.
 *
 * @throws ConfigurationError when there is none of that name.
 * @example
 * ```ts
 * import { loadProfile } from '@sallyport/server';
 *
 * (await loadProfile('standard')).policies.length; // 48
 * ```
 */
export async function loadProfile(name: string): Promise<PolicyDocument> {
  if (!isProfileName(name)) {
    throw new ConfigurationError(`There is no profile "${name}"; the built-in ones are ${profileNames().join(', ')}.`);
  }
  return (await PROFILES[name]()).profile;
}
