import type { ClientShape } from './protocol.js';

const isPlainValue = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Names of an object's members, its classes' included; what starts with an underscore is nobody's business. */
function memberNames(target: object): string[] {
  const names = new Set<string>();
  for (let level: object | null = target; level && level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) names.add(name);
  }
  names.delete('constructor');
  return [...names].filter((name) => !name.startsWith('_'));
}

/** Looks at an async client once, so that its blocking twin can have the same members. */
export function shapeOf(target: object, depth = 3): ClientShape {
  const methods: string[] = [];
  const namespaces: Record<string, ClientShape> = {};
  const values: Record<string, string | number | boolean> = {};
  for (const name of memberNames(target)) {
    const value: unknown = Reflect.get(target, name);
    if (typeof value === 'function') methods.push(name);
    else if (isPlainValue(value)) values[name] = value;
    else if (typeof value === 'object' && value !== null && depth > 0) {
      const inner = shapeOf(value, depth - 1);
      if (inner.methods.length > 0) namespaces[name] = inner;
    }
  }
  return { methods, namespaces, values };
}
