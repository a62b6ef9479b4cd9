export type * from './approvals.js';
export type * from './audit.js';
export type * from './decisions.js';
export type * from './options.js';
export type * from './policy.js';
