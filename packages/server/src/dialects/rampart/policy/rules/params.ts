/** Prints a JSON value the way Go's `%v` does, which is what parameter patterns are written against. */
export function printValue(value: unknown): string {
  // An explicit stack: a value may be nested deeper than calls may be.
  const pending: ({ readonly text: string } | { readonly value: unknown })[] = [{ value }];
  let printed = '';
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    if ('text' in item) {
      printed += item.text;
      continue;
    }
    const scalar = printScalar(item.value);
    if (scalar !== undefined) {
      printed += scalar;
      continue;
    }
    const parts = partsOf(item.value);
    for (let at = parts.length - 1; at >= 0; at--) {
      const part = parts[at];
      if (part !== undefined) pending.push(part);
    }
  }
  return printed;
}

function printScalar(value: unknown): string | undefined {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return printNumber(value);
  return typeof value === 'object' ? undefined : String(value);
}

function partsOf(value: unknown): ({ readonly text: string } | { readonly value: unknown })[] {
  const gap = (at: number) => ({ text: at === 0 ? '' : ' ' });
  if (Array.isArray(value)) {
    return [{ text: '[' }, ...value.flatMap((item: unknown, at) => [gap(at), { value: item }]), { text: ']' }];
  }
  const entries = Object.entries(value ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const inside = entries.flatMap(([key, item]: [string, unknown], at) => [
    gap(at),
    { text: `${key}:` },
    { value: item },
  ]);
  return [{ text: 'map[' }, ...inside, { text: ']' }];
}

/** Shortest form; with an exponent of two digits below 1e-4 and from 1e6 on. */
function printNumber(value: number): string {
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return Object.is(value, -0) ? '-0' : String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
