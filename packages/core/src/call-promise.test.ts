import { expect, it } from 'vitest';
import { mapCall } from './call-promise.js';
import { callerOn, failure, READ } from './test/caller.js';

it('keeps withResponse() when a result is made into another', async () => {
  const { caller } = callerOn([{ body: 20 }]);
  const call = mapCall(caller.call(READ, 'x'), async (data, { status }) => `${data} after ${status}`);
  expect(await call).toBe('20 after 200');
  expect(await call.withResponse()).toMatchObject({ data: '20 after 200', meta: { attempts: 1 } });
});

it('is rejected both ways, without an unhandled rejection when only one is looked at', async () => {
  const { caller } = callerOn([{ status: 400 }]);
  expect(await failure(caller.call(READ, 'x').withResponse())).toMatchObject({ status: 400 });
  expect(await failure(caller.call(READ, 'x'))).toMatchObject({ status: 400 });
});
