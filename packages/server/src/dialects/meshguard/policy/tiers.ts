/** Trust tiers from the lowest to the highest, in the words that the gateway uses for its own computations. */
export const TIERS = ['unverified', 'verified', 'trusted', 'privileged'] as const;

export type Tier = (typeof TIERS)[number];

/** Every word for a tier that is in use, with its height. */
const LEVELS: ReadonlyMap<string, number> = new Map([
  ['unverified', 1],
  ['untrusted', 1],
  ['anonymous', 1],
  ['sandboxed', 1],
  ['basic', 1.5],
  ['verified', 2],
  ['trusted', 3],
  ['privileged', 4],
]);

/** How high a tier is; undefined for what is no tier. */
export function tierLevel(tier: string): number | undefined {
  return LEVELS.get(tier);
}

/** The words that may be given for a tier, for messages. */
export const TIER_WORDS: readonly string[] = [...LEVELS.keys()];
