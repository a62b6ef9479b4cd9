import type { Row } from './harness/row.js';
import { importCost } from './startup/import.js';
import { resetCost } from './startup/reset.js';
import { serveCost } from './startup/serve.js';

/** What it costs to begin. */
export async function run(): Promise<readonly Row[]> {
  return [await serveCost(), await resetCost(), ...(await importCost())];
}
