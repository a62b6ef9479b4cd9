/** The number of single-character edits between two texts. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}

const normalised = (name: string): string => name.replaceAll(/[_-]/g, '').toLowerCase();

/** The known name that an unknown one was probably meant to be; undefined when none is near. */
export function closestName(name: string, known: readonly string[]): string | undefined {
  const given = normalised(name);
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(given, normalised(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= Math.ceil(given.length / 3) ? best.candidate : undefined;
}
