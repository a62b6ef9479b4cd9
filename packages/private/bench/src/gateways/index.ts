import type { Subject } from './subject.js';

/** Every gateway that is measured; each is loaded only where it is. */
export const SUBJECTS = {
  rampart: async (): Promise<Subject> => (await import('./rampart.js')).rampart,
  meshguard: async (): Promise<Subject> => (await import('./meshguard.js')).meshguard,
  aegis: async (): Promise<Subject> => (await import('./aegis.js')).aegis,
} as const;
