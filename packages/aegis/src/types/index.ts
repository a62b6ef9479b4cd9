export type * from './audit.js';
export type * from './escalations.js';
export type * from './options.js';
export type * from './pages.js';
export type * from './proposals.js';
export type * from './registry.js';
