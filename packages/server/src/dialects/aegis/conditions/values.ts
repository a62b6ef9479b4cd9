/** A condition met a value that it cannot compare: nobody can say whether it holds. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
}

type Ordering = '<' | '<=' | '>' | '>=';

/** Whether two values stand in an order. Nothing is ordered against null. @throws ConditionError for other than two numbers or two texts */
export function isOrdered(left: unknown, operator: Ordering, right: unknown): boolean {
  if (left === null || right === null) return false;
  const order = compared(left, right);
  if (order === undefined)
    throw new ConditionError(`cannot order ${typeOf(left)} and ${typeOf(right)} by "${operator}"`);
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

function compared(left: unknown, right: unknown): number | undefined {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left !== 'string' || typeof right !== 'string') return undefined;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Equality of JSON values, to the last member. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const entries = Object.entries(left);
  const others = new Map<string, unknown>(Object.entries(right));
  return (
    entries.length === others.size &&
    entries.every(([key, value]) => others.has(key) && isEqual(value, others.get(key)))
  );
}

/** Membership of a list, or of a text in a text. Null has no members and is none of a text. @throws ConditionError for other containers */
export function isIn(item: unknown, container: unknown): boolean {
  if (container === null) return false;
  if (Array.isArray(container)) return container.some((member) => isEqual(item, member));
  if (typeof container === 'string' && item === null) return false;
  if (typeof container === 'string' && typeof item === 'string') return container.includes(item);
  throw new ConditionError(`cannot look for ${typeOf(item)} in ${typeOf(container)}`);
}

/** What stands alone must be true or false; null counts as false. @throws ConditionError */
export function asBoolean(value: unknown): boolean {
  if (value === null) return false;
  if (typeof value === 'boolean') return value;
  throw new ConditionError(`${typeOf(value)} is neither true nor false`);
}

export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
