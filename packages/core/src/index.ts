export * from './errors/index.js';
export * from './governor/index.js';
export type * from './operation.js';
export { redact, redactText } from './redact.js';
export type * from './transport/port.js';
