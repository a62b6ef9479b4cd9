import type { Ids } from '../../engine/engine.js';

/** What ids of this protocol begin with. */
export type IdPrefix =
  | 'agent'
  | 'alert'
  | 'anom'
  | 'appr'
  | 'audit'
  | 'eval'
  | 'evt'
  | 'org'
  | 'pdact'
  | 'rcpt'
  | 'rel';

/** A new id: `agent_01jz8q4t5v6w7x8y9z0a1b2c3d`. */
export const newId = (ids: Ids, prefix: IdPrefix, at: number): string => `${prefix}_${ids.ulid(at).toLowerCase()}`;
