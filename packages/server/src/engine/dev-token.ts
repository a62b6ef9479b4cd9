import { randomBytes } from 'node:crypto';
import type { Engine } from './engine.js';

/**
 * A secret of development credentials, hex: drawn once for each store, so that whoever waits for an approval is still
 * known after a restart. Never from a seed: whoever knows the seed would know every secret.
 */
export async function devToken(engine: Pick<Engine, 'secret'>, name: string, bytes: number): Promise<string> {
  return (await engine.secret(`dev-${name}`, () => randomBytes(bytes))).toString('hex');
}
