import { badRequest } from '../../http/failure.js';

/** A name from a path. Names stand in columns, where a NUL would end them. @throws RequestFailure 400 */
export function identity(field: string, name: string): string {
  if (name.includes('\0')) throw badRequest(`invalid request body: ${field} must not contain NUL`);
  return name;
}
