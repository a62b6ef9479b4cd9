import type { Operation } from '@sallyport/core';
import { compact, httpError, zodDecoder } from '@sallyport/core/internal';
import type { GatewayHealth, SettingsParams, SettingsUpdated, WebhookTest } from '../types/index.js';
import { health, settingsUpdated, webhookTest } from '../wire/settings.js';
import { withoutSecret } from '../without-secret.js';

const decodeUpdated = zodDecoder(settingsUpdated);
const decodeTest = zodDecoder(webhookTest);

/** The caller's own secret is not handed back. */
export const updateSettings = (secret: string | undefined): Operation<SettingsParams, SettingsUpdated> => ({
  name: 'vargate.settings.update',
  method: 'POST',
  path: () => '/dashboard/settings',
  body: (params) => ({
    webhook_url: params.webhookUrl,
    webhook_secret: params.webhookSecret,
    webhook_events: params.webhookEvents,
    public_dashboard: params.publicDashboard,
    name: params.name,
    anchor_chain: params.anchorChain,
    policy_template: params.policyTemplate,
    policy_config: params.policyConfig,
    failure_config: params.failureConfig,
    auto_approve_tools: params.autoApproveTools,
    managed_agents_enabled: params.managedAgentsEnabled,
  }),
  auth: 'tenant',
  retry: 'keyed',
  decode: (body, context) => {
    const { tenant_id: tenantId, webhook_secret: told } = decodeUpdated(body, context);
    return compact({ tenantId, webhookSecret: told === secret ? undefined : told });
  },
  ...(secret !== undefined && { errors: [withoutSecret(secret)] }),
});

/** Gateways that know the verb `PATCH` only answer 405 to the other one. */
export const patchSettings = (secret: string | undefined): Operation<SettingsParams, SettingsUpdated> => ({
  ...updateSettings(secret),
  method: 'PATCH',
});

export const testWebhook: Operation<void, WebhookTest> = {
  name: 'vargate.webhooks.test',
  method: 'POST',
  path: () => '/webhooks/test',
  auth: 'tenant',
  retry: 'never',
  // A delivery that failed is told with 502.
  results: [502],
  decode: (body, context) => {
    const isResult = typeof body === 'object' && body !== null && 'status' in body;
    if (context.status === 502 && !isResult) throw httpError(body, context);
    return decodeTest(body, context);
  },
};

export const getHealth: Operation<void, GatewayHealth> = {
  name: 'vargate.health',
  method: 'GET',
  path: () => '/health',
  auth: 'none',
  retry: 'safe',
  decode: zodDecoder(health),
};

export const getMcpHealth: Operation<void, GatewayHealth> = {
  ...getHealth,
  name: 'vargate.mcpHealth',
  path: () => '/mcp/server/health',
};
