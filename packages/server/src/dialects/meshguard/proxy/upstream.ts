import { isLoopbackAddress } from '../../../outbound/addresses.js';
import { type DemoApi, startDemoApi } from './demo-api.js';

/** Where proxied requests go. */
export interface Upstream {
  /** Undefined where nothing is configured. */
  target(): Promise<URL | undefined>;
  /** How far the gateway may reach for it. */
  readonly reach: (target: URL) => 'public' | 'loopback';
  /** Puts demo data back. */
  reset(): void;
  close(): Promise<void>;
}

/** Whether a host is this machine, by its address or its usual name. */
const isOwn = (hostname: string): boolean =>
  hostname === 'localhost' || isLoopbackAddress(hostname.replace(/^\[|\]$/g, ''));

/** A development gateway has a target of its own, started with the first request for it. */
export function createUpstream(configured: URL | undefined, dev: boolean): Upstream {
  let demo: Promise<DemoApi> | undefined;
  return {
    async target() {
      if (configured !== undefined || !dev) return configured;
      demo ??= startDemoApi();
      return (await demo).url;
    },
    reach: ({ hostname }) => (dev && isOwn(hostname) ? 'loopback' : 'public'),
    reset() {
      demo?.then(
        (api) => api.reset(),
        () => {},
      );
    },
    close: async () => (await demo)?.close(),
  };
}
