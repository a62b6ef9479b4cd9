import { expect } from 'vitest';

export const text = expect.any(String);
export const number = expect.any(Number);
export const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
export const jwt = expect.stringMatching(/^ey[\w-]+\.[\w-]+\.[\w-]+$/);
export const agentId = expect.stringMatching(/^agent_[0-9a-z]{26}$/);
