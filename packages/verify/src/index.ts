export { type AegisEngineRecord, aegisEngineFormula, aegisFormula } from './chain/aegis.js';
export { type CanonicalFormulaOptions, canonicalFormula } from './chain/canonical.js';
export type { ChainFormula, ChainKey, ChainLink, FilePart, SealedRecord } from './chain/formula.js';
export { meshguardFormula } from './chain/meshguard.js';
export { rampartFormula } from './chain/rampart.js';
export type { RampartEvent } from './chain/rampart-event.js';
export type { BadRecord, ChainPosition, ChainReport } from './chain/report.js';
export { type VargateRecord, vargateFormula } from './chain/vargate.js';
export { type ChainOptions, ChainVerifier } from './chain/verifier.js';
export { type ExportOptions, verifyChain, verifyChainSync } from './chain/verify-chain.js';
export { type VerificationCode, VerificationError } from './errors.js';
export { canonicalJson } from './json/canonical.js';
export { goJson } from './json/go.js';
export { type PythonJsonOptions, pythonJson } from './json/python.js';
export { Frontier, rootOf } from './merkle/frontier.js';
export { emptyRoot, leafHash, nodeHash } from './merkle/hash.js';
export type { TreeIndex } from './merkle/index-range.js';
export {
  type OddLeafClaim,
  type OddLeafStep,
  oddLeafProof,
  oddLeafRoot,
  verifyOddLeafInclusion,
} from './merkle/odd-leaf.js';
export type { ProofPlan } from './merkle/proof-plan.js';
export { MemoryTiles, TILE_BYTES, TILE_WIDTH, type Tile, type TileId, type TileStore } from './merkle/tile.js';
export { type EdgeEntries, MerkleTree, type StagedAppend } from './merkle/tree.js';
export {
  type VargateTree,
  VargateTreesVerifier,
  type VargateTreesVerifierOptions,
  vargateEmptyRoot,
  verifyVargateTreeLinks,
} from './merkle/vargate-trees.js';
export { type ConsistencyClaim, type InclusionClaim, verifyConsistency, verifyInclusion } from './merkle/verify.js';
export { type Checkpoint, formatCheckpoint, openCheckpoint, parseCheckpoint } from './notes/checkpoint.js';
export { type NoteSigner, type NoteVerifier, noteKeys, noteSigner, noteVerifier } from './notes/keys.js';
export { type OpenedNote, openNote, signNote } from './notes/note.js';
export { formatTlogProof, parseTlogProof, type TlogProof, verifyTlogProof } from './notes/tlog-proof.js';
export { LogWatcher, type Observation, type WatcherOptions, type WatcherState } from './notes/watcher.js';
export { type HmacDelivery, type HmacSecret, signHmac, verifyHmac } from './webhooks/hmac.js';
export type { WebhookHeaders } from './webhooks/payload.js';
export {
  type SignedWebhookHeaders,
  signWebhook,
  verifyWebhook,
  type WebhookDelivery,
  type WebhookMessage,
  type WebhookStamp,
} from './webhooks/standard.js';
