import type { Step } from '../step.js';

export const packedSteps: readonly Step[] = [];
