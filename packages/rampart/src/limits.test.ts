import { ResponseTooLargeError } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { allow, answering, client } from './fixture/answering.js';

const MIB = 1024 * 1024;
/** An answer that fits everything, and has about so many bytes. */
const fetchOf = (bytes: number) =>
  answering(200, {
    ...allow,
    status: 'ok',
    mode: 'enforce',
    uptime_seconds: 1,
    events: [],
    date: 'd',
    padding: 'x'.repeat(bytes),
  });

describe('transport: body cap 1 MiB', () => {
  it('for decisions, previews and health', async () => {
    const { rampart } = client({ fetch: fetchOf(MIB) });
    const calls = [
      rampart.exec('ls'),
      rampart.preflight('exec', { command: 'ls' }),
      rampart.enforce('exec', { command: 'ls' }),
      rampart.health(),
    ];
    for (const call of calls) {
      const error: unknown = await call.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ResponseTooLargeError);
      expect(error).toMatchObject({ limitBytes: MIB });
    }
    expect(await client({ fetch: fetchOf(MIB - 1_000) }).rampart.exec('ls')).toMatchObject({ allowed: true });
  });

  it('but not for an output that comes back scanned, nor for pages of the log', async () => {
    const { rampart } = client({ fetch: fetchOf(5 * MIB) });
    expect(await rampart.exec('ls', { response: 'output' })).toMatchObject({ allowed: true });
    expect(await rampart.audit.events()).toMatchObject({ events: [] });
  });

  it('unless maxResponseBytes says otherwise', async () => {
    expect(await client({ fetch: fetchOf(MIB), maxResponseBytes: 2 * MIB }).rampart.exec('ls')).toMatchObject({
      allowed: true,
    });
    const { rampart } = client({ fetch: fetchOf(0), maxResponseBytes: 10 });
    await expect(rampart.audit.events().then(() => '')).rejects.toMatchObject({ limitBytes: 10 });
  });

  it('a body in an encoding that was not asked for is refused', async () => {
    const fetch = async () => new Response('\u001f\u008b', { headers: { 'content-encoding': 'gzip' } });
    await expect(client({ fetch }).rampart.exec('ls')).rejects.toMatchObject({ code: 'response_encoding' });
  });
});
