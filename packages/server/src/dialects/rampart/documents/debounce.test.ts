import { expect, it } from 'vitest';
import { steerableClock } from '../../../engine/clock.js';
import { debounce } from './debounce.js';

function counted() {
  const clock = steerableClock(0);
  const fired: number[] = [];
  const call = debounce(clock, 100, 1000, () => fired.push(clock.monotonic()));
  return { clock, fired, call };
}

it('answers a burst once, after it has been quiet', () => {
  const { clock, fired, call } = counted();
  for (let n = 0; n < 5; n += 1) {
    call();
    clock.advance(50);
  }
  clock.advance(500);
  expect(fired).toEqual([300]);
});

it('answers a call that comes right after', () => {
  const { clock, fired, call } = counted();
  call();
  clock.advance(100);
  call();
  clock.advance(100);
  expect(fired).toEqual([100, 200]);
});

it('does not wait for a burst that never ends', () => {
  const { clock, fired, call } = counted();
  for (let n = 0; n < 60; n += 1) {
    call();
    clock.advance(50);
  }
  expect(fired).toEqual([1000, 2000, 3000]);
});

it('forgets what was called when it is cancelled', () => {
  const { clock, fired, call } = counted();
  call();
  call.cancel();
  clock.advance(5000);
  expect(fired).toEqual([]);
});
