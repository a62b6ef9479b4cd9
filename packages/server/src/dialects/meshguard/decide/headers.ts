import type { IncomingHttpHeaders } from 'node:http';
import type { Ids } from '../../../engine/engine.js';
import { badRequest } from '../failure.js';

const MAX_ACTION = 512;
const MAX_RESOURCE = 4096;
const MAX_DEPTH = 32;
const TRACE = /^[\x21-\x2b\x2d-\x7e]{1,256}$/;

/**
 * An action: one line of printable ASCII. Repeated headers arrive joined by commas, and nobody knows which was meant.
 *
 * @throws MeshGuardFailure 400.
 */
export function checkAction(action: string, what = 'X-MeshGuard-Action'): string {
  if (action.trim() === '') throw badRequest(`${what} must not be empty`);
  if (action.includes(',')) throw badRequest(`${what} must name one action: it contains a comma`);
  if (!/^[\x20-\x7e]+$/.test(action)) throw badRequest(`${what} must be printable ASCII`);
  if (action.length > MAX_ACTION) throw badRequest(`${what} must be at most ${MAX_ACTION} characters`);
  return action;
}

/** The action of a request; undefined when it names none. @throws MeshGuardFailure 400. */
export function actionHeader(headers: IncomingHttpHeaders): string | undefined {
  const action = single(headers['x-meshguard-action']);
  return action === undefined ? undefined : checkAction(action);
}

/** @throws MeshGuardFailure 400. */
export function checkResource(resource: string, what = 'X-MeshGuard-Resource'): string {
  if (/\p{Cc}/u.test(resource) || !resource.isWellFormed()) throw badRequest(`${what} must be one line of text`);
  if (resource.length > MAX_RESOURCE) throw badRequest(`${what} must be at most ${MAX_RESOURCE} characters`);
  return resource;
}

/** The resource of a request; undefined when it names none. @throws MeshGuardFailure 400. */
export function resourceHeader(headers: IncomingHttpHeaders): string | undefined {
  const resource = single(headers['x-meshguard-resource']);
  return resource === undefined || resource === '' ? undefined : checkResource(resource);
}

/** What the caller tells beside: a JSON object. @throws MeshGuardFailure 400. */
export function metaHeader(headers: IncomingHttpHeaders): Readonly<Record<string, unknown>> {
  const text = single(headers['x-meshguard-meta']);
  if (text === undefined || text === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest('X-MeshGuard-Meta must be a JSON object');
  }
  return checkContext(value, 'X-MeshGuard-Meta');
}

/** @throws MeshGuardFailure 400 for what is no object, or nested too deep to be looked through. */
export function checkContext(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (value == null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw badRequest(`${what} must be a JSON object`);
  return Object(plain(value, MAX_DEPTH, what));
}

/** A copy that can be hashed and stored: well-formed texts, finite numbers. */
function plain(value: unknown, depth: number, what: string): unknown {
  if (depth === 0) throw badRequest(`${what} must be nested at most ${MAX_DEPTH} deep`);
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'number' && !Number.isFinite(value)) throw badRequest(`${what} has a number out of range`);
  if (Array.isArray(value)) return value.map((item) => plain(item, depth - 1, what));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.toWellFormed(), plain(item, depth - 1, what)]),
  );
}

/** What the caller calls its work; a new name where it says nothing that could be sent back. */
export function traceIdOf(headers: IncomingHttpHeaders, ids: Ids): string {
  const given = single(headers['x-meshguard-trace-id']) ?? single(headers['x-trace-id']);
  return given !== undefined && TRACE.test(given) ? given : ids.uuid();
}

/** The delegation that the agent acts under; undefined for none. @throws MeshGuardFailure 400. */
export function delegationHeader(headers: IncomingHttpHeaders): string | undefined {
  const id = single(headers['x-meshguard-delegation-id']);
  if (id === undefined || id === '') return undefined;
  if (!/^[\w-]{1,128}$/.test(id)) throw badRequest('X-MeshGuard-Delegation-Id must be the id of a relationship');
  return id;
}

/** The approval that the call comes back for; undefined for none. @throws MeshGuardFailure 400. */
export function approvalHeader(headers: IncomingHttpHeaders): string | undefined {
  const id = single(headers['x-meshguard-approval-id']);
  if (id === undefined || id === '') return undefined;
  if (!/^\w{1,128}$/.test(id)) throw badRequest('X-MeshGuard-Approval-Id must be the id of an approval');
  return id;
}

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value;
