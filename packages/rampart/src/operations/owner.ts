import type { ApprovalOwner } from '../types/index.js';

/** The host that owns an approval, as the wire spells it. */
export const ownerBody = (owner: ApprovalOwner) => ({
  host: owner.host,
  mode: owner.mode,
  surface: owner.surface,
  supports_exact_resume: owner.supportsExactResume,
  supports_allow_always: owner.supportsAllowAlways,
  supports_result_callback: owner.supportsResultCallback,
});
