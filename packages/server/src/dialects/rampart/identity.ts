import { badRequest } from '../../http/failure.js';

/** A name from a body; empty when absent. Names stand in columns, where a NUL would end them. @throws RequestFailure 400 */
export function identity(field: string, value: string | null | undefined): string {
  const name = value ?? '';
  if (name.includes('\0')) throw badRequest(`invalid request body: ${field} must not contain NUL`);
  return name;
}
