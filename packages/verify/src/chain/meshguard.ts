import { canonicalFormula } from './canonical.js';

/**
 * The chain of Sallyport's audit log for MeshGuard: canonical JSON (RFC 8785), `"sha256:" + hex(SHA-256(record without
 * hash))`, linked by `previousHash`. MeshGuard itself documents no chain.
 *
 * @example
 * ```ts
 * import { meshguardFormula, verifyChainSync } from '@sallyport/verify';
 *
 * const { text } = meshguardFormula.seal(
 *   { id: 'audit_1', action: 'read:contacts', decision: 'allow' },
 *   meshguardFormula.genesis,
 * );
 * verifyChainSync([text], { formula: meshguardFormula }).ok; // true
 * ```
 */
export const meshguardFormula = canonicalFormula({ name: 'meshguard', previousField: 'previousHash' });
