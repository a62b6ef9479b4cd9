import { expect } from 'vitest';

export const text = expect.any(String);
export const number = expect.any(Number);
export const date = expect.stringMatching(/^\d{4}-\d\d-\d\d$/);
export const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
export const ulid = expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/);
