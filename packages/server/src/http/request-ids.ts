import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const GIVEN = /^[\w.:/+=-]{1,128}$/;

/**
 * Names requests: by the id that the client sends, or by a count behind a prefix of this process. Cheap, and good enough
 * to find a request in a log.
 */
export function requestIds(
  prefix: string = randomBytes(6).toString('base64url'),
): (request: IncomingMessage) => string {
  let count = 0;
  return (request) => {
    const given = request.headers['x-request-id'];
    if (typeof given === 'string' && GIVEN.test(given)) return given;
    count += 1;
    return `${prefix}-${count.toString(36)}`;
  };
}
