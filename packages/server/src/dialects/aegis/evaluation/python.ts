/**
 * Rounds as Python's `round` does: to the nearest decimal, exact binary ties to even. ECMAScript's `toFixed` looks at the
 * exact binary value, too, but rounds ties up.
 */
export function pythonRound(value: number, digits: number): number {
  return Number(pythonFixed(value, digits));
}

/** Prints as Python's `%.<digits>f` does. @param value - from 0 up. */
export function pythonFixed(value: number, digits: number): string {
  const halves = value * 2 ** (digits + 1);
  const isTie = Number.isInteger(halves) && halves % 2 === 1;
  if (!isTie) return value.toFixed(digits);
  const below = Math.floor(value * 10 ** digits);
  const even = below % 2 === 0 ? below : below + 1;
  return (even / 10 ** digits).toFixed(digits);
}

/** Prints as Python's `str` does: floats keep their fraction. */
export function pythonFloat(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
