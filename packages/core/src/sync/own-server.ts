import { Server } from 'node:net';
import { ConfigurationError } from '../errors/configuration.js';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

/** The ports this thread listens on. Node keeps the list to itself; without it nothing is detected, and timeouts apply. */
function listeningPorts(): number[] {
  const list: unknown = Reflect.get(process, '_getActiveHandles');
  const handles: unknown = typeof list === 'function' ? Reflect.apply(list, process, []) : [];
  if (!Array.isArray(handles)) return [];
  return handles.flatMap((handle: unknown) => {
    const address = handle instanceof Server ? handle.address() : null;
    return typeof address === 'object' && address !== null ? [address.port] : [];
  });
}

/**
 * Throws when the address is served by the very thread that is blocked waiting for it: it could wait forever.
 *
 * @throws ConfigurationError saying where to host the gateway instead.
 */
export function checkNotOwnServer(baseUrl: string | undefined): void {
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return;
  const url = new URL(baseUrl);
  if (!LOOPBACK.test(url.hostname) || !listeningPorts().includes(portOf(url))) return;
  throw new ConfigurationError(
    `The gateway at ${url.origin} runs in this thread, which is blocked while it waits for the answer. ` +
      'Host it in another thread or process, or use the async client.',
  );
}
