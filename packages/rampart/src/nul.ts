import { ConfigurationError } from '@sallyport/core';

/**
 * Refuses NUL in what a gateway is to decide on: it does, too, since systems end a text there.
 *
 * @throws ConfigurationError that names the path of the value. The value is plain JSON.
 */
export function checkNoNul(path: string, value: unknown): void {
  if (typeof value === 'string') {
    if (value.includes('\0')) refuse(path, 'contains NUL');
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkNoNul(`${path}[${index}]`, item);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key.includes('\0')) refuse(path, 'has a name that contains NUL');
      checkNoNul(`${path}.${key}`, item);
    }
  }
}

function refuse(path: string, what: string): never {
  throw new ConfigurationError(`${path} ${what}, at which a system would end the text. Leave it out.`);
}
