import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PermissionDeniedError, ResponseError } from './errors/index.js';
import { callerOn, DECIDE, failure, READ } from './test/caller.js';

describe('the encoding of bodies', () => {
  it('is asked to be none', async () => {
    const { caller, transport } = callerOn([{ body: 1 }]);
    await caller.call(READ, 'x');
    expect(transport.requests[0]?.headers).toMatchObject({ 'accept-encoding': 'identity' });
  });

  it.each(['gzip', 'br', 'BR, gzip', 'whatever'])(
    '%s is refused: nothing is made of bytes that mean another thing',
    async (encoding) => {
      const encoded = gzipSync('{"decision":"allow"}').toString('latin1');
      const { caller, transport } = callerOn([{ headers: { 'content-encoding': encoding }, body: encoded }]);
      for (const failed of [failure(caller.call(READ, 'x')), failure(caller.open(READ, 'x'))]) {
        const error = await failed;
        expect(error).toBeInstanceOf(ResponseError);
        expect(error).toMatchObject({ code: 'response_encoding', status: 200 });
        expect(String(error)).toContain(`"${encoding.toLowerCase()}"`);
      }
      // The stream that nobody will read was let go.
      expect(transport.aborted).toHaveLength(1);
    },
  );

  it('is left to the reader where an answer is relayed as it came', async () => {
    const { caller } = callerOn([{ headers: { 'content-encoding': 'gzip' }, body: 'as it came' }]);
    const { meta } = await caller.open({ ...READ, relayed: true }, 'x');
    expect(meta.headers['content-encoding']).toBe('gzip');
  });

  it.each(['identity', ''])('%j is none', async (encoding) => {
    const { caller } = callerOn([{ headers: { 'content-encoding': encoding }, body: { ok: true } }]);
    expect(await caller.call(READ, 'x')).toEqual({ ok: true });
  });

  it('takes nothing away from a refusal, whose status is enough', async () => {
    const { caller } = callerOn([
      { status: 403, headers: { 'content-encoding': 'gzip' }, body: '\u001f\u008b garbage' },
    ]);
    const error = await failure(caller.call(DECIDE, 'x'));
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(String(error)).not.toContain('garbage');
  });
});

describe('the size of bodies', () => {
  const big = { body: 'x'.repeat(100) };
  const limits = (operation: object, options: object = {}) => {
    const { caller, transport } = callerOn([big], options);
    return caller.call({ ...READ, ...operation }, 'x').then(
      () => transport.requests[0]?.maxResponseBytes,
      () => transport.requests[0]?.maxResponseBytes,
    );
  };

  it('is that of the user, else of the operation, else 16 MiB', async () => {
    expect(await limits({})).toBe(16 * 1024 * 1024);
    expect(await limits({ maxResponseBytes: 1_000 })).toBe(1_000);
    expect(await limits({ maxResponseBytes: 1_000 }, { maxResponseBytes: 5_000 })).toBe(5_000);
  });
});
