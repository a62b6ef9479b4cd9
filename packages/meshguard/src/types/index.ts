export type * from './agents.js';
export type * from './analytics.js';
export type * from './audit.js';
export type * from './decisions.js';
export type * from './health.js';
export type * from './options.js';
export type * from './policies.js';
export type * from './trust.js';
