import undici from 'undici';
import type { DispatcherLike } from './undici.js';

/** undici's dispatcher for the whole process, as it is now. @throws when there is none that can be had. */
export const globalDispatcher = (): DispatcherLike => undici.getGlobalDispatcher();
