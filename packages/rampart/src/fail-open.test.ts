import { describe, expect, it } from 'vitest';
import { client } from './fixture/answering.js';

/** A body of which only the beginning comes. */
const cutOff = () => {
  let begun = false;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (begun) controller.error(new Error('socket hang up'));
      else controller.enqueue(new TextEncoder().encode('{"decision":"de'));
      begun = true;
    },
  });
};

const asking = (status: number, body: ReadableStream<Uint8Array> | string = cutOff()) =>
  client({ fetch: async () => new Response(body, { status }), maxRetries: 0 }).rampart.safeExec('echo ran', {
    failMode: 'open',
    onIncident: () => {},
  });

describe('failing open: transport errors and 5xx only, 4xx never', () => {
  it.each([400, 401, 403, 404, 409, 410, 422, 429])(
    'status %i is a refusal, also when its body is cut off',
    async (status) => {
      await expect(asking(status)).rejects.toMatchObject({ status });
      await expect(asking(status, '{"error":"no"}')).rejects.toMatchObject({ status });
    },
  );

  it.each([200, 202])('status %i, cut off, may have been a refusal', async (status) => {
    await expect(asking(status)).rejects.toMatchObject({ code: 'connection', status });
  });

  it.each([500, 503])('status %i is passed over, whole or not', async (status) => {
    expect(await asking(status)).toMatchObject({ blocked: false, output: 'ran\n' });
    expect(await asking(status, '{"error":"audit storage is unavailable"}')).toMatchObject({ output: 'ran\n' });
  });

  it('and so is a gateway that nobody reaches', async () => {
    const { rampart } = client({ fetch: () => Promise.reject(new TypeError('fetch failed')), maxRetries: 0 });
    const running = rampart.safeExec('echo ran', { failMode: 'open', onIncident: () => {} });
    expect(await running).toMatchObject({ output: 'ran\n' });
  });
});
