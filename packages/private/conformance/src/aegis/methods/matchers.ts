import { expect } from 'vitest';

const ulid = '[0-9A-HJKMNP-TV-Z]{26}';
const id = (prefix: string) => expect.stringMatching(new RegExp(`^${prefix}_${ulid}$`));

export const decisionId = id('dec');
export const auditRef = id('aud');
export const escalationId = id('esc');
export const policyId = id('pol');
export const capabilityId = id('cap');
export const token = expect.stringMatching(/^cft_[a-zA-Z0-9]{32,}$/);
export const sha256 = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);
export const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
export const text = expect.any(String);
export const number = expect.any(Number);
