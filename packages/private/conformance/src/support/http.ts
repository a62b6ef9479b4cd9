import type { TestGateway } from './gateway.js';

/** An answer as a client without our library sees it. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends exactly what a seed document prints: no library between it and the wire. */
export async function http(
  gateway: TestGateway,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  token = gateway.token,
): Promise<Answer> {
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const parsed: unknown = await response.json();
  if (typeof parsed !== 'object' || parsed === null) throw new Error(`${path} answered no JSON object`);
  return { status: response.status, body: { ...parsed } };
}
