import { describe, expect, it } from 'vitest';
import { askedWaitMs } from './rate-limit.js';

const NOW = Date.UTC(2026, 0, 1);

describe('the wait a server asks for', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    ['1.5', 1_500],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2020 00:00:00 GMT', 0],
    ['-1', undefined],
    ['soon', undefined],
    ['', undefined],
  ])('is read from Retry-After %j', (header, ms) => {
    expect(askedWaitMs({ status: 503, headers: { 'retry-after': header } }, NOW)).toBe(ms);
  });

  it.each([
    [{ ratelimit: '"burst";r=0;t=30' }, 30_000],
    [{ ratelimit: '"burst";r=0;t=30;pk=:Zm9v:, "hour";r=0;t=600, "day";r=5;t=9000' }, 600_000],
    [{ ratelimit: '"burst";r=3;t=30' }, undefined],
    [{ ratelimit: 'nonsense' }, undefined],
    [{ ratelimit: '"burst";r=0;t=-1' }, undefined],
    [{ 'x-ratelimit-reset': '45' }, 45_000],
    [{ 'x-ratelimit-reset': String(NOW / 1000 + 45) }, 45_000],
    [{ 'x-ratelimit-reset': 'later' }, undefined],
    [{ 'retry-after': '7', ratelimit: '"burst";r=0;t=30', 'x-ratelimit-reset': '45' }, 7_000],
    [{}, undefined],
  ])('of a 429 is read from %j', (headers, ms) => {
    expect(askedWaitMs({ status: 429, headers }, NOW)).toBe(ms);
  });

  it('is not guessed from rate limits that an answer merely reports', () => {
    expect(askedWaitMs({ status: 503, headers: { ratelimit: '"burst";r=0;t=30' } }, NOW)).toBeUndefined();
  });
});
