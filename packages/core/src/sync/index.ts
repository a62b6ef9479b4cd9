export type { Blocking, BlockingArgument, BlockingArguments, BlockingClass } from './blocking.js';
export { createSyncClass } from './client.js';
export type { SyncDefinition } from './link.js';
export { serveBlockingCalls } from './worker.js';
