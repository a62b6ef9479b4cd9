import type { Row } from './harness/row.js';
import { appendCost } from './verify/append.js';
import { bigExport } from './verify/big-export.js';
import { chainCost } from './verify/chain.js';
import { inclusionCost } from './verify/inclusion.js';

/** Chains and trees, without a server. */
export async function run(): Promise<readonly Row[]> {
  return [...(await chainCost()), ...(await appendCost()), ...(await inclusionCost()), ...(await bigExport())];
}
