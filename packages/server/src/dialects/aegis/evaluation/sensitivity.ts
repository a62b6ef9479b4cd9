import { compileGlob } from './glob.js';
import { targetVariants } from './targets.js';

const SENSITIVE: readonly (readonly [pattern: string, score: number])[] = [
  ['/etc/*', 8],
  ['/root/*', 9],
  ['C:/Windows/*', 8],
  ['*production*', 5],
  ['*prod*', 4],
  ['*DROP*', 9],
  ['*DELETE*', 7],
  ['*TRUNCATE*', 8],
  ['rm *', 7],
  ['rm -rf *', 9.5],
  ['format *', 9],
  ['mkfs*', 9],
  ['dd if=*', 8],
  ['shred *', 9],
  ['find * -delete', 8],
  ['wipefs*', 9],
  ['*.pem', 7],
  ['*.key', 7],
  ['*id_rsa*', 8],
  ['*passwd*', 7],
  ['*shadow*', 9],
  ['*.env', 6],
  ['*evil*', 6],
  ['*exfiltrat*', 8],
];

const BY_SCORE = SENSITIVE.map(([pattern, score]) => ({
  score,
  exact: compileGlob(pattern),
  folded: compileGlob(pattern.toLowerCase()),
})).sort((a, b) => b.score - a.score);

/** How sensitive a target is, 0 to 10: the gravest pattern that any of its spellings matches. */
export function sensitivityOf(target: string): number {
  const variants = targetVariants(target);
  const lower = new Set(variants.map((text) => text.toLowerCase()));
  for (const { score, exact, folded } of BY_SCORE) {
    for (const text of variants) if (exact(text)) return score;
    for (const text of lower) if (folded(text)) return score;
  }
  return 0;
}
