import { aegisFormula, type ChainFormula, meshguardFormula, rampartFormula } from '@sallyport/verify';
import { EXIT, Failure } from '../../exit.js';
import type { DialectName } from '../../gateway/dialects.js';

const FORMULAS: Readonly<Partial<Record<DialectName, ChainFormula>>> = {
  rampart: rampartFormula,
  meshguard: meshguardFormula,
  aegis: aegisFormula,
};

/** How a protocol's records are hashed. @throws Failure for one that is not known here. */
export function formulaOf(dialect: DialectName): ChainFormula {
  const formula = FORMULAS[dialect];
  if (formula !== undefined) return formula;
  throw new Failure(
    `Logs of ${dialect} cannot be verified yet; those of ${Object.keys(FORMULAS).join(', ')} can.`,
    EXIT.usage,
  );
}
