/** What one place of a pattern asks of one character. */
type Place = '*' | ((char: string) => boolean);

const ANY: Place = () => true;

/** A pattern that is ready to be held against texts. */
export type Glob = (text: string) => boolean;

/**
 * Compiles a pattern of Python's `fnmatch`: `*` is any run of characters, `/` included; `?` any one; `[seq]` and `[!seq]` one
 * of, or none of, a set. The whole text must match; case counts. Time is the product of both lengths at most.
 */
export function compileGlob(pattern: string): Glob {
  if (!/[?[]/.test(pattern)) return compileStars(pattern);
  const places = placesOf([...pattern]);
  return (text) => matches(places, [...text]);
}

/** A pattern of nothing but texts and stars: each text is looked for where the one before has ended. */
function compileStars(pattern: string): Glob {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return (text) => text === pattern;
  const least = pattern.length - others.length - 1;
  return (text) => {
    if (text.length < least || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of others) {
      const found = text.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return at <= text.length - last.length;
  };
}

function placesOf(chars: readonly string[]): readonly Place[] {
  const places: Place[] = [];
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? '';
    if (char === '*') places.push('*');
    else if (char === '?') places.push(ANY);
    else {
      const end = char === '[' ? endOfSet(chars, at) : -1;
      if (end === -1) places.push((other) => other === char);
      else {
        places.push(setOf(chars.slice(at + 1, end)));
        at = end;
      }
    }
  }
  return places;
}

/** Where a set closes; a bracket that stands first in it is one of its characters. */
function endOfSet(chars: readonly string[], start: number): number {
  let at = start + 1;
  if (chars[at] === '!') at += 1;
  return chars.indexOf(']', at + 1);
}

function setOf(chars: readonly string[]): Place {
  const negated = chars[0] === '!';
  const members = negated ? chars.slice(1) : chars;
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < members.length; at += 1) {
    const from = members[at] ?? '';
    const to = members[at + 1] === '-' ? members[at + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) at += 2;
  }
  return (char) => ranges.some(([from, to]) => from <= char && char <= to) !== negated;
}

/** Goes back to the last star only: what an earlier one took is never worth less than before. */
function matches(places: readonly Place[], chars: readonly string[]): boolean {
  let place = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < chars.length) {
    const wanted = places[place];
    if (wanted === '*') {
      star = place;
      starAt = at;
      place += 1;
    } else if (wanted?.(chars[at] ?? '') === true) {
      place += 1;
      at += 1;
    } else if (star !== -1) {
      starAt += 1;
      at = starAt;
      place = star + 1;
    } else return false;
  }
  while (places[place] === '*') place += 1;
  return place === places.length;
}
