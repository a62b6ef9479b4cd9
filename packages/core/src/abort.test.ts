import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { unwatchSignal, watchSignal } from './abort.js';

const watcher = () => {
  const told: unknown[] = [];
  return { told, aborted: (reason: unknown) => told.push(reason) };
};

it('tells every listener once, and none that has left', () => {
  const controller = new AbortController();
  const [stays, leaves] = [watcher(), watcher()];
  watchSignal(controller.signal, stays);
  watchSignal(controller.signal, leaves);
  unwatchSignal(controller.signal, leaves);
  controller.abort('now');
  controller.abort('again');
  expect([stays.told, leaves.told]).toEqual([['now'], []]);
});

it('can be watched again after everyone left', () => {
  const controller = new AbortController();
  const again = watcher();
  watchSignal(controller.signal, again);
  unwatchSignal(controller.signal, again);
  unwatchSignal(controller.signal, again);
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  watchSignal(controller.signal, again);
  controller.abort('now');
  expect(again.told).toEqual(['now']);
});

it('keeps one event listener through ten thousand calls', () => {
  const controller = new AbortController();
  const first = watcher();
  watchSignal(controller.signal, first);
  for (let call = 0; call < 10_000; call++) {
    const passing = watcher();
    watchSignal(controller.signal, passing);
    unwatchSignal(controller.signal, passing);
  }
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
});
