import { expect, it } from 'vitest';
import { failure } from '../test/caller.js';
import { OpenExchange } from './undici-stream.js';

function started() {
  const calls: string[] = [];
  const controller = {
    abort: (reason: Error) => calls.push(`abort: ${reason.message}`),
    pause: () => calls.push('pause'),
    resume: () => calls.push('resume'),
  };
  const exchange = new OpenExchange();
  exchange.onRequestStart(controller);
  exchange.onResponseStart(controller, 200, {});
  return { calls, controller, exchange };
}

it('stops the socket when 64 KiB lie unread, and lets it go on below that', async () => {
  const { calls, controller, exchange } = started();
  exchange.onResponseData(controller, new Uint8Array(64 * 1024 - 1));
  expect(calls).toEqual([]);
  exchange.onResponseData(controller, new Uint8Array(1));
  expect(calls).toEqual(['pause']);
  expect(await exchange.next()).toMatchObject({ done: false });
  expect(calls).toEqual(['pause', 'resume']);
});

it('hands out what arrived before a failure, and then the failure', async () => {
  const { controller, exchange } = started();
  exchange.onResponseData(controller, new Uint8Array(3));
  exchange.onResponseError(controller, new Error('reset'));
  expect(await exchange.next()).toMatchObject({ done: false, value: new Uint8Array(3) });
  expect(await failure(exchange.next())).toMatchObject({ message: 'reset' });
});

it('drops what is unread when it is cancelled, once', async () => {
  const { calls, controller, exchange } = started();
  exchange.onResponseData(controller, new Uint8Array(3));
  const stream = await exchange.result;
  stream.cancel();
  stream.cancel();
  expect(calls).toEqual(['abort: The stream was cancelled by its reader.']);
});
