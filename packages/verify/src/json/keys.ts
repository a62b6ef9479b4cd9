/** Above this, a comparison sort that moves every key is no longer the quicker one. */
const FEW = 32;

/** Logs of one kind have a few dozen member names; what a hostile one invents shall not fill the memory. */
const MOST_NAMES = 1024;
const LONGEST_NAME = 64;

/**
 * Sorts by UTF-16 code units, in place. Records have few members, and those often in order already: an insertion sort
 * then costs one comparison each.
 */
export function sortKeys(keys: string[]): void {
  if (keys.length > FEW) {
    keys.sort();
    return;
  }
  let at = 0;
  for (const key of keys) {
    let to = at++;
    while (to > 0) {
      const before = keys[to - 1];
      if (before === undefined || before <= key) break;
      keys[to--] = before;
    }
    keys[to] = key;
  }
}

/** Remembers what is computed from member names, which come again with every record. */
export function remembered(compute: (key: string) => string): (key: string) => string {
  const known = new Map<string, string>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = compute(key);
    if (known.size < MOST_NAMES && key.length <= LONGEST_NAME) known.set(key, made);
    return made;
  };
}
