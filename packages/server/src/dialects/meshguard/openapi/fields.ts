import { z } from 'zod';

// What fields of many answers hold.

export const count = z.int().nonnegative();
export const time = z.string().meta({ format: 'date-time' });
export const texts = z.array(z.string());
export const anyObject = z.record(z.string(), z.unknown());
export const period = z.enum(['24h', '7d', '30d']);

export const mode = z.enum(['enforce', 'audit', 'bypass']);
