import { InvalidCallError } from './errors.js';

/**
 * Refuses NUL in what is decided on: systems end a text there, so that a policy would look at another one than the tool
 * acts on. All other control characters stay: newlines and tabs are a part of commands.
 *
 * @param free - members whose texts nobody acts on.
 * @throws InvalidCallError that names the path of the value.
 */
export function refuseNul(fields: object, free: ReadonlySet<string>, label = 'invalid request body'): void {
  for (const [name, value] of Object.entries(fields)) {
    const fault = free.has(name) ? undefined : nulIn(value);
    if (fault !== undefined) throw new InvalidCallError(`${label}: ${name}${fault}`);
  }
}

/** The path below a value, and what is wrong there. */
function nulIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value.includes('\0') ? ' must not contain NUL' : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const isArray = Array.isArray(value);
  for (const key of Object.keys(value)) {
    if (key.includes('\0')) return ' has a name that contains NUL';
    const fault = nulIn(Reflect.get(value, key));
    if (fault !== undefined) return `${isArray ? `[${key}]` : step(key)}${fault}`;
  }
  return undefined;
}

const MAX_SHOWN = 64;

/** As a client would write it. */
const step = (key: string): string =>
  /^[\w-]+$/.test(key) ? `.${key.slice(0, MAX_SHOWN)}` : `[${JSON.stringify(key.slice(0, MAX_SHOWN))}]`;
