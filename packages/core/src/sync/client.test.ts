import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import * as core from '../errors/index.js';
import { PolicyDeniedError } from '../errors/index.js';
import { BufferedResponse } from './buffered-response.js';
import { createSyncClass } from './client.js';
import * as echo from './fixture/echo-client.js';
import { EchoError } from './fixture/echo-client.js';

const EchoClientSync = createSyncClass<typeof echo.EchoClient>({
  from: import.meta.url,
  package: './fixture/echo-client.ts',
  name: 'EchoClient',
  exports: echo,
});

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('the blocking bridge', () => {
  it('has the async class’s name, members and values', () => {
    const client = new EchoClientSync({ url: 'http://127.0.0.1:1' });
    expect(EchoClientSync.name).toBe('EchoClientSync');
    expect(client).toBeInstanceOf(EchoClientSync);
    expect(client.baseUrl).toBe('http://127.0.0.1:1');
    expect(client.echo('x')).toBe('x');
  });

  it.each([
    ['text', 'héllo \u0000 \ud83d\ude00'],
    ['nested JSON', { a: [1, { b: null }], c: true }],
    ['bytes', new Uint8Array([1, 2, 3])],
    ['a date', new Date(0)],
    ['nothing', undefined],
  ])('carries %s there and back', (_what, value) => {
    expect(new EchoClientSync().echo(value)).toEqual(value);
  });

  it('reads the environment as the caller sees it now', () => {
    const client = new EchoClientSync();
    process.env['SALLYPORT_SYNC_TEST'] = 'set later';
    expect(client.environment('SALLYPORT_SYNC_TEST')).toBe('set later');
    delete process.env['SALLYPORT_SYNC_TEST'];
    expect(client.environment('SALLYPORT_SYNC_TEST')).toBeUndefined();
  });

  it('can be closed, and disposed of', () => {
    const client = new EchoClientSync();
    expect(client.close()).toBeUndefined();
    expect(() => client[Symbol.dispose]()).not.toThrow();
  });
});

describe('the blocking bridge: errors', () => {
  it('keep their class, fields, code and cause', () => {
    const thrown = thrownBy(() => new EchoClientSync().fail('own'));
    expect(thrown).toBeInstanceOf(EchoError);
    expect(thrown).toBeInstanceOf(core.SallyportError);
    expect(thrown).not.toBeInstanceOf(core.HttpError);
    expect(thrown).toMatchObject({
      name: 'EchoError',
      message: 'own failure',
      code: 'echo',
      detail: { reason: 'told to' },
      cause: new TypeError('the cause'),
    });
    expect(thrown).toHaveProperty('cause', expect.any(TypeError));
  });

  it('of core are core’s', () => {
    const thrown = thrownBy(() => new EchoClientSync().fail('core'));
    expect(thrown).toBeInstanceOf(core.RateLimitError);
    expect(thrown).toBeInstanceOf(core.HttpError);
    expect(thrown).toMatchObject({ status: 429, retryAfterMs: 1_500 });
  });

  it('keep the classes that they claim', () => {
    const error = thrownBy(() => new EchoClientSync().failAsBoth());
    for (const type of [core.RateLimitError, core.HttpError, EchoError]) expect(error).toBeInstanceOf(type);
    expect(error).not.toBeInstanceOf(core.ServerError);
  });

  it('of the language are the language’s', () => {
    expect(thrownBy(() => new EchoClientSync().fail('type'))).toBeInstanceOf(TypeError);
    expect(thrownBy(() => new EchoClientSync().fail('text'))).toBe('just text');
  });

  it('show where the worker threw and where the caller was', () => {
    function theCaller(): unknown {
      return new EchoClientSync().fail('own');
    }
    const thrown = thrownBy(theCaller);
    expect(thrown).toHaveProperty('stack', expect.stringMatching(/^EchoError: own failure\n.*echo-client/s));
    expect(thrown).toHaveProperty('stack', expect.stringMatching(/at a blocking call\n.*theCaller/s));
  });

  it('of the async constructor are thrown by the blocking one', () => {
    expect(thrownBy(() => new EchoClientSync({ refuse: true }))).toBeInstanceOf(EchoError);
  });
});

describe('the blocking bridge: what cannot cross', () => {
  it.each([
    ['a function', { fetch: () => 1 }, 'options.fetch is a function'],
    ['a signal', { signal: new AbortController().signal }, 'options.signal is a AbortSignal'],
    ['a class instance', { url: new URL('http://x') }, 'options.url is a URL'],
  ])('%s in the options is a ConfigurationError', (_what, options, message) => {
    const thrown = thrownBy(() => Reflect.construct(EchoClientSync, [options]));
    expect(thrown).toBeInstanceOf(core.ConfigurationError);
    expect(thrown).toHaveProperty('message', expect.stringContaining(message));
  });

  it('a function inside an argument is a ConfigurationError', () => {
    const thrown = thrownBy(() => new EchoClientSync().echo({ deep: [{ f: () => 1 }] }));
    expect(thrown).toBeInstanceOf(core.ConfigurationError);
    expect(thrown).toHaveProperty('message', expect.stringContaining('argument 1 of echo.deep[0].f is a function'));
  });

  it('a package that is not installed is a ConfigurationError', () => {
    const Missing = createSyncClass<typeof echo.EchoClient>({
      from: import.meta.url,
      package: '@sallyport/not-installed',
      name: 'EchoClient',
      exports: echo,
    });
    expect(() => new Missing()).toThrow('needs @sallyport/not-installed as an installed package');
  });
});

describe('the blocking bridge: responses', () => {
  it('are read whole', () => {
    const response = new EchoClientSync().respond('{"a":"ä"}', 404);
    expect(response).toBeInstanceOf(BufferedResponse);
    expect([response.status, response.ok, response.headers.get('x-echo')]).toEqual([404, false, 'yes']);
    expect([response.text(), response.json(), response.bytes().length]).toEqual(['{"a":"ä"}', { a: 'ä' }, 10]);
    expect(thrownBy(() => new EchoClientSync().respond('<html>').json())).toMatchObject({ code: 'response_parse' });
  });

  it('are cut off where the client says', () => {
    const client = new EchoClientSync({ maxResponseBytes: 4 });
    expect(thrownBy(() => client.respond('12345'))).toMatchObject({ code: 'response_too_large', limitBytes: 4 });
    expect(client.respond('1234').text()).toBe('1234');
  });
});

describe('the blocking bridge: what is revived', () => {
  const Reviving = createSyncClass<typeof echo.EchoClient>({
    from: import.meta.url,
    package: './fixture/echo-client.ts',
    name: 'EchoClient',
    exports: echo,
    revive: {
      echo: (result, args) => ({ result, args }),
      'pages.count': (item) => `item ${String(item)}`,
    },
  });

  class Point {
    readonly x: number;
    readonly label: unknown;
    constructor(x: number, label: unknown = '') {
      this.x = x;
      this.label = label;
    }
    get twice(): number {
      return this.x * 2;
    }
  }
  const isPoint = (value: unknown): value is Point => typeof value === 'object' && value !== null && 'x' in value;
  const Pointing = createSyncClass<typeof echo.EchoClient>({
    from: import.meta.url,
    package: './fixture/echo-client.ts',
    name: 'EchoClient',
    exports: echo,
    data: [Point],
    reviveGiven: (given) => (isPoint(given) ? new Point(given.x) : given),
  });

  it('is what a callback is given, too', () => {
    const seen: unknown[] = [];
    const action = { tool: 't', input: { x: 7 } };
    new Pointing().govern(action, (input) => seen.push(Reflect.get(input, 'twice')));
    expect(seen).toEqual([14]);
  });

  it('may be given back, as the fields that it has; what is no data may not', () => {
    const client = new Pointing();
    expect(client.echo(Object(new Point(3)))).toEqual({ x: 3, label: '' });
    expect(thrownBy(() => client.echo(Object(new Point(3, () => {}))))).toMatchObject({ code: 'configuration' });
    expect(thrownBy(() => new EchoClientSync().echo(Object(new Point(3))))).toMatchObject({ code: 'configuration' });
  });

  it('is each result of a method, and each item of a list', () => {
    const client = new Reviving();
    expect(client.echo('x')).toEqual({ result: 'x', args: ['x'] });
    expect([...client.pages.count(2)]).toEqual(['item 1', 'item 2']);
    expect(client.environment('NO_SUCH_VARIABLE')).toBeUndefined();
  });
});

describe('the blocking bridge: pages', () => {
  it('are plain iterables', () => {
    expect([...new EchoClientSync().pages.count(3)]).toEqual([1, 2, 3]);
  });

  it('are ended by a break', () => {
    const client = new EchoClientSync();
    for (const n of client.pages.count(1_000)) if (n === 2) break;
    expect(client.pages.finished()).toEqual(['count to 1000']);
  });

  it('fail where they are read, and only there', async () => {
    const client = new EchoClientSync();
    const pages = client.broken();
    expect(client.echo('still alive')).toBe('still alive');
    expect(thrownBy(() => [...pages])).toBeInstanceOf(EchoError);
  });

  it('do not include event streams, which never end', () => {
    const thrown = thrownBy(() => Reflect.apply(Reflect.get(new EchoClientSync(), 'events'), undefined, []));
    expect(thrown).toBeInstanceOf(core.ConfigurationError);
  });
});

describe('the blocking bridge: callbacks', () => {
  const action = { tool: 'allow', input: { command: 'ls' } };

  it('run on the calling thread', () => {
    const seen: unknown[] = [];
    const { output, source } = new EchoClientSync().govern(action, (input) => {
      seen.push(input);
      return 'ran';
    });
    expect([output, source, seen]).toEqual(['ran', 'run', [{ command: 'ls' }]]);
  });

  it('do not run when the governor refuses', () => {
    const seen: unknown[] = [];
    const thrown = thrownBy(() => new EchoClientSync().govern({ ...action, tool: 'deny' }, () => seen.push(1)));
    expect(thrown).toBeInstanceOf(PolicyDeniedError);
    expect(seen).toEqual([]);
  });

  it('throw the very error they threw', () => {
    class Mine extends Error {
      readonly run = () => 1;
    }
    const mine = new Mine('mine');
    const thrown = thrownBy(() =>
      new EchoClientSync().govern(action, () => {
        throw mine;
      }),
    );
    expect(thrown).toBe(mine);
  });

  it('may call the client again', () => {
    const client = new EchoClientSync();
    expect(client.govern(action, () => client.echo('inner')).output).toBe('inner');
  });

  it('must not be asynchronous', () => {
    const call = () => Reflect.apply(new EchoClientSync().govern, undefined, [action, async () => 'late']);
    expect(thrownBy(call)).toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('The result of a callback is a Promise'),
    });
  });

  it('stay callable, under their names, inside a function that came back', () => {
    const shout = (text: string) => text.toUpperCase();
    const guarded = new EchoClientSync().guard(shout);
    expect([guarded('a'), guarded('b')]).toEqual(['shout: A', 'shout: B']);
  });
});

describe('the blocking bridge: nobody answers', () => {
  it('says that the worker died, and starts another', () => {
    const client = new EchoClientSync();
    expect(thrownBy(() => client.die())).toMatchObject({ code: 'blocking_worker' });
    expect(client.echo('again')).toBe('again');
  });

  it('refuses a gateway that runs in the calling thread', async () => {
    const server = createServer((_request, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const client = new EchoClientSync({ url: `http://127.0.0.1:${port}` });
    const thrown = thrownBy(() => client.fetchStatus());
    server.close();
    expect(thrown).toBeInstanceOf(core.ConfigurationError);
    expect(thrown).toHaveProperty('message', expect.stringContaining('runs in this thread'));
  });
});
