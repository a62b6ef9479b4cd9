import type { AnalyticsApi, AnomaliesApi, DelegationsApi, TrustApi } from '@sallyport/meshguard';
import { expect } from 'vitest';
import { number, time } from './matchers.js';
import { DEMO_AGENT, type MethodsOf, type Trial } from './trial.js';

type Name =
  | `analytics.${MethodsOf<AnalyticsApi>}`
  | `anomalies.${MethodsOf<AnomaliesApi>}`
  | `delegations.${MethodsOf<DelegationsApi>}`
  | `trust.${MethodsOf<TrustApi>}`;

const score = {
  agentId: DEMO_AGENT,
  orgId: 'default',
  computedScore: number,
  effectiveTier: expect.stringMatching(/^(unverified|verified|trusted|privileged)$/),
  components: { history: number, anomaly: number, delegation: 1, tenure: number, vouchers: 0.5 },
  requestCount: number,
  denialCount: number,
  anomalyCount: number,
  computedAt: time,
  windowStart: time,
  windowEnd: time,
};

/** The methods of the client's parts, by their full names. */
export const apiMethods: Record<Name, Trial> = {
  async 'analytics.overview'({ admin, agent }) {
    await agent.check('read:contacts');
    const overview = await admin.analytics.overview();
    expect(overview).toEqual({
      period: '24h',
      totalRequests: number,
      enforcementRate: number,
      activeAgents: number,
      avgLatencyMs: number,
      trends: { totalRequests: number, enforcementRate: number, activeAgents: number, avgLatencyMs: number },
    });
    expect(overview.totalRequests).toBeGreaterThan(0);
    expect(overview.enforcementRate).toBeLessThanOrEqual(100);
  },
  async 'analytics.timeseries'({ admin }) {
    const { period, bucket, data } = await admin.analytics.timeseries({ period: '7d', bucket: 'day' });
    expect([period, bucket]).toEqual(['7d', 'day']);
    const { totalRequests } = await admin.analytics.overview({ period: '7d' });
    expect(data.reduce((sum, { allowed, denied }) => sum + allowed + denied, 0)).toBe(totalRequests);
  },
  async 'analytics.agents'({ admin }) {
    const { agents, sort } = await admin.analytics.agents({ sort: 'denied', limit: 1 });
    expect(sort).toBe('denied');
    expect(agents).toMatchObject([{ id: DEMO_AGENT, name: 'demo-agent', trustTier: 'verified', lastActive: time }]);
  },
  async 'analytics.policies'({ admin }) {
    const { policies } = await admin.analytics.policies();
    const development = policies.find(({ name }) => name === 'development');
    expect(development).toMatchObject({ triggered: number, allowRate: number, denyRate: number });
    expect((development?.allowRate ?? 0) + (development?.denyRate ?? 0)).toBeCloseTo(100);
  },
  async 'analytics.delegations'({ admin }) {
    expect(await admin.analytics.delegations()).toMatchObject({ period: '24h', totalChains: number, topPairs: [] });
  },
  async 'analytics.trustDistribution'({ admin }) {
    const { tiers } = await admin.analytics.trustDistribution();
    expect(tiers.find(({ tier }) => tier === 'verified')?.agentCount).toBeGreaterThanOrEqual(2);
  },
  async 'analytics.latencyHeatmap'({ admin }) {
    const { period, cells } = await admin.analytics.latencyHeatmap();
    expect(period).toBe('30d');
    expect(cells.length).toBeGreaterThan(0);
    for (const { dayOfWeek, hourOfDay } of cells) {
      expect([dayOfWeek >= 0 && dayOfWeek <= 6, hourOfDay >= 0 && hourOfDay <= 23]).toEqual([true, true]);
    }
  },

  async 'trust.get'({ admin }) {
    expect(await admin.trust.get(DEMO_AGENT)).toEqual(score);
  },
  async 'trust.recompute'({ admin }) {
    const agents = (await admin.listAgents()).length;
    const recomputed = await admin.trust.recompute('default');
    expect(recomputed).toEqual({ orgId: 'default', updated: number, errors: 0, recomputedAt: time });
    expect(recomputed.updated).toBeGreaterThanOrEqual(agents);
  },
  async 'trust.history'({ admin }) {
    expect(await admin.trust.history(DEMO_AGENT, { limit: 1 })).toEqual([score]);
  },

  async 'delegations.create'({ admin, client }) {
    const { id, token } = await admin.createAgent({ name: 'helper', tags: ['development'] });
    const delegation = await admin.delegations.create({
      sourceAgentId: DEMO_AGENT,
      targetAgentId: id,
      scope: ['read:contacts'],
    });
    expect(delegation).toMatchObject({
      sourceAgentId: DEMO_AGENT,
      targetAgentId: id,
      relationshipType: 'delegates_to',
      scope: ['read:contacts'],
      permissionCeiling: ['read:contacts'],
      receipt: { version: '1.0', issuer: { agentId: DEMO_AGENT }, delegate: { agentId: id } },
    });
    const headers = { 'x-meshguard-delegation-id': delegation.id };
    const helper = client({ agentToken: token });
    expect(await helper.check('read:contacts', { headers })).toMatchObject({ allowed: true });
    expect(await helper.check('read:salaries', { headers })).toMatchObject({ allowed: false, policy: 'delegation' });
  },
  async 'delegations.revoke'({ admin, client }) {
    const { id, token } = await admin.createAgent({ name: 'helper-2', tags: ['development'] });
    const delegation = await admin.delegations.create({
      sourceAgentId: DEMO_AGENT,
      targetAgentId: id,
      scope: ['read:*'],
    });
    expect(await admin.delegations.revoke(delegation.id, 'the task is done')).toBeUndefined();
    const headers = { 'x-meshguard-delegation-id': delegation.id };
    const decision = await client({ agentToken: token }).check('read:contacts', { headers });
    expect(decision).toMatchObject({ allowed: false, policy: 'delegation' });
  },

  async 'anomalies.list'({ admin, agent }) {
    for (let count = 0; count < 30; count += 1) await agent.check(`delete:burst-${count}`);
    const anomalies = [];
    for await (const anomaly of admin.anomalies.list({ agentId: DEMO_AGENT, resolved: false })) anomalies.push(anomaly);
    expect(anomalies.map(({ anomalyType }) => anomalyType)).toContain('denied_burst');
    expect(anomalies[0]).toMatchObject({ id: expect.stringMatching(/^anom_/), agentId: DEMO_AGENT, detectedAt: time });
  },
  async 'anomalies.summary'({ admin }) {
    const { summary, agent } = await admin.anomalies.summary(DEMO_AGENT);
    expect(agent.unresolvedCount).toBeGreaterThan(0);
    expect(summary.totalAnomalies).toBeGreaterThanOrEqual(agent.totalAnomalies);
    expect(summary.byType['denied_burst']).toBeGreaterThan(0);
  },
};
