export { type PreparedAction, prepareAction } from './action.js';
export { type Governed, govern, type Run } from './govern.js';
export type { GovernIncident, GovernOptions } from './options.js';
export type * from './port.js';
export { refusalError } from './refusal.js';
