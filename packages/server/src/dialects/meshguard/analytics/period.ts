import type { FastifyRequest } from 'fastify';
import { queryParam } from '../../../http/params.js';
import { MeshGuardFailure } from '../failure.js';

const HOUR_MS = 3_600_000;
const PERIODS = { '24h': 24 * HOUR_MS, '7d': 7 * 24 * HOUR_MS, '30d': 30 * 24 * HOUR_MS } as const;

/** How far back analytics look. */
export type Period = keyof typeof PERIODS;

export const periodMs = (period: Period): number => PERIODS[period];

/** Reads `period`. @throws MeshGuardFailure 400 for another than there are. */
export function readPeriod(request: Pick<FastifyRequest, 'query'>, fallback: Period): Period {
  const given = queryParam(request, 'period');
  switch (given) {
    case '24h':
    case '7d':
    case '30d':
      return given;
    case '':
      return fallback;
    default:
      throw new MeshGuardFailure(400, 'Period must be one of: 24h, 7d, 30d', { error: 'invalid_period' });
  }
}
