import type { AegisRig } from '../../support/aegis.js';

/** The names of an object's methods. */
export type MethodsOf<T> = { [K in keyof T & string]: T[K] extends (...args: never) => unknown ? K : never }[keyof T &
  string];

/** Tries a method against a gateway; fails when it does not do what its documentation says. */
export type Trial = (rig: AegisRig) => Promise<void>;
