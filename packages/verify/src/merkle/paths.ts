import { floorLog2, powerOfTwo } from './index-range.js';

/**
 * A run of leaves `[start, end)` that is a subtree of an RFC 9162 tree: its hash is one element of a proof. `start` is
 * a multiple of every power of two up to the largest within the run.
 */
export interface Subtree {
  readonly start: number;
  readonly end: number;
}

/** The largest power of two below `size`: where a tree of that size splits (RFC 9162 §2.1.1). */
const splitOf = (size: number): number => (size > 1 ? powerOfTwo(floorLog2(size - 1)) : 1);

/** The subtrees whose hashes prove the leaf at `index` in a tree of `size` leaves, leaf upwards (RFC 9162 §2.1.3.1). */
export function inclusionPath(index: number, size: number): Subtree[] {
  const path: Subtree[] = [];
  let [start, end] = [0, size];
  let split = splitOf(size);
  while (end - start > 1) {
    while (split >= end - start) split /= 2;
    const middle = start + split;
    if (index < middle) {
      path.push({ start: middle, end });
      end = middle;
    } else {
      path.push({ start, end: middle });
      start = middle;
    }
  }
  return path.reverse();
}

/** The subtrees whose hashes prove that a tree of `second` leaves grew from one of `first` (RFC 9162 §2.1.4.1). */
export function consistencyPath(first: number, second: number): Subtree[] {
  if (first === 0 || first === second) return [];
  const path: Subtree[] = [];
  let [start, end] = [0, second];
  let split = splitOf(second);
  while (end !== first) {
    while (split >= end - start) split /= 2;
    const middle = start + split;
    if (first <= middle) {
      path.push({ start: middle, end });
      end = middle;
    } else {
      path.push({ start, end: middle });
      start = middle;
    }
  }
  // The verifier knows the old root; where that is a whole subtree on the left edge, it need not be sent.
  if (start > 0) path.push({ start, end });
  return path.reverse();
}
