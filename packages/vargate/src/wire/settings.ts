import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import type { GatewayHealth, WebhookTest } from '../types/index.js';

export const settingsUpdated = z.object({ tenant_id: field.text, webhook_secret: field.text });

export const webhookTest = z
  .object({ status: z.enum(['delivered', 'failed']), webhook_url: field.text, message: field.text })
  .transform(
    (body): WebhookTest =>
      compact({ delivered: body.status === 'delivered', webhookUrl: body.webhook_url, message: body.message }),
  );

export const health = z
  .looseObject({ status: z.string(), service: field.text })
  .transform(({ status, service, ...details }): GatewayHealth => compact({ status, service, details }));
