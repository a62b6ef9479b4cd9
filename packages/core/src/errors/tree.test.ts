import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { branded, claim } from './brand.js';
import * as errors from './index.js';
import { HttpError, PolicyDeniedError, RateLimitError, SallyportError, TimeoutError, TransportError } from './index.js';

class MeshError extends SallyportError {
  static {
    branded(MeshError, 'mesh', 'MeshError');
  }
}
class MeshRateLimitError extends MeshError {
  readonly status: number = 429;
  readonly headers = {};
  readonly body = undefined;
  readonly problem = undefined;
  readonly retryAfterMs = 5;
  static {
    branded(MeshRateLimitError, 'mesh', 'RateLimitError', RateLimitError);
  }
}

describe('the error tree', () => {
  it('gives every class its literal name and its own code', () => {
    const classes = Object.entries(errors).filter(([, value]) => typeof value === 'function');
    expect(classes.length).toBe(26);
    for (const [name, type] of classes) expect([type.name, type.prototype.name]).toEqual([name, name]);
    expect(new Set(classes.map(([, type]) => type.code)).size).toBe(classes.length);
  });

  it('puts the literal name at the head of the stack', () => {
    expect(new errors.ConfigurationError('no').stack).toMatch(/^ConfigurationError: no\n/);
  });

  it('is printed under the literal name when uncaught, whatever a bundler made of the class', () => {
    class _Renamed extends Error {
      static {
        branded(_Renamed, 'mesh', 'PlainError');
      }
    }
    for (const error of [new _Renamed('no'), new MeshRateLimitError('no')]) {
      // What Node does with an error nobody caught.
      expect(inspect(error, { customInspect: false })).toMatch(/^(PlainError|RateLimitError): no\n/);
    }
  });

  it('answers whose error it is and what kind it is', () => {
    const error = new MeshRateLimitError('slow down');
    expect(error).toBeInstanceOf(MeshError);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toBeInstanceOf(HttpError);
    expect(error).not.toBeInstanceOf(errors.ServerError);
    expect(new RateLimitError('x', { status: 429 })).not.toBeInstanceOf(MeshRateLimitError);
  });

  it('tests a class by its own brand, so that a subclass does not match its siblings', () => {
    class Mine extends HttpError {}
    expect(new HttpError('x', { status: 400 })).not.toBeInstanceOf(Mine);
    expect(new Mine('x', { status: 400 })).toBeInstanceOf(Mine);
    expect(new Mine('x', { status: 400 })).toBeInstanceOf(HttpError);
  });

  it('recognises the errors of a second copy of the package', () => {
    class SecondCopy extends Error {
      static {
        branded(SecondCopy, 'core', 'TimeoutError');
      }
    }
    expect(new SecondCopy()).toBeInstanceOf(TimeoutError);
    expect(new SecondCopy()).not.toBeInstanceOf(TransportError);
  });

  it('lets one error claim further classes, and no other error with it', () => {
    const error = claim(new TimeoutError('late', { phase: 'idle', timeoutMs: 1 }), MeshError);
    expect([error instanceof MeshError, error instanceof TimeoutError, error.name]).toEqual([
      true,
      true,
      'TimeoutError',
    ]);
    expect(new TimeoutError('late', { phase: 'idle', timeoutMs: 1 })).not.toBeInstanceOf(MeshError);
    expect(Object.keys(error)).toEqual(Object.keys(new TimeoutError('late', { phase: 'idle', timeoutMs: 1 })));
  });

  it('does not believe a value that merely looks like an error', () => {
    expect(JSON.parse('{"name":"HttpError","status":500}')).not.toBeInstanceOf(HttpError);
    expect(null).not.toBeInstanceOf(HttpError);
    expect('HttpError').not.toBeInstanceOf(HttpError);
  });

  it('is whole again after its plain fields crossed a thread', () => {
    const error = new TimeoutError('late', { phase: 'deadline', timeoutMs: 5, operation: 'rampart.exec' });
    const revived: unknown = Object.assign(Object.create(TimeoutError.prototype), structuredClone({ ...error }), {
      message: error.message,
    });
    expect(revived).toBeInstanceOf(TimeoutError);
    expect(JSON.parse(JSON.stringify(revived))).toEqual(JSON.parse(JSON.stringify(error)));
  });

  it('shows no credential in message, toJSON or inspect', () => {
    const error = new PolicyDeniedError('sent Bearer abcdef123456 to http://me:pw@host/?token=xyz1', {
      reason: 'Authorization: hunter2hunter2',
      decision: { params: { apiKey: 'sk-verysecretverysecret' } },
      cause: new Error('with rampart_0123456789abcdef0123'),
    });
    for (const shown of [error.message, JSON.stringify(error), inspect(error), String(error)]) {
      expect(shown).not.toMatch(/abcdef123456|me:pw|xyz1|hunter2|verysecret|0123456789abcdef/);
    }
    expect(error.decision).toEqual({ params: { apiKey: 'sk-verysecretverysecret' } });
  });
});
