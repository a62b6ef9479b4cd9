/**
 * An agent that the gateway knows.
 *
 * @example
 * ```ts
 * import { type Agent, MeshGuardClient } from '@sallyport/meshguard';
 *
 * const agents: readonly Agent[] = await new MeshGuardClient().listAgents();
 * for (const { name, trustTier } of agents) process.stdout.write(`${name} (${trustTier})\n`);
 * ```
 */
export interface Agent {
  readonly id: string;
  readonly name: string;
  /** `unverified`, `verified`, `trusted` or `privileged`; gateways have other words for the lowest. */
  readonly trustTier: string;
  readonly tags: readonly string[];
  readonly orgId?: string;
  readonly description?: string;
  readonly capabilities?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** `active`, `revoked` or `suspended`. */
  readonly status?: string;
  /** RFC 3339. */
  readonly createdAt?: string;
  readonly updatedAt?: string;
  readonly revokedAt?: string;
}

/**
 * An agent that was just created. Its token is shown this once.
 *
 * @example
 * ```ts
 * import { type CreatedAgent, MeshGuardClient } from '@sallyport/meshguard';
 *
 * const { id, token }: CreatedAgent = await new MeshGuardClient().createAgent({ name: 'my-agent' });
 * ```
 */
export interface CreatedAgent extends Agent {
  readonly token: string;
}

/**
 * A new agent.
 *
 * @example
 * ```ts
 * import type { CreateAgentParams } from '@sallyport/meshguard';
 *
 * const params: CreateAgentParams = { name: 'my-agent', trustTier: 'verified', tags: ['production', 'sales'] };
 * ```
 */
export interface CreateAgentParams {
  readonly name: string;
  /** @defaultValue `'verified'` */
  readonly trustTier?: string;
  readonly tags?: readonly string[];
  readonly description?: string;
  readonly capabilities?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/**
 * What to change about an agent: only what is given is sent.
 *
 * @example
 * ```ts
 * import type { UpdateAgentParams } from '@sallyport/meshguard';
 *
 * const params: UpdateAgentParams = { trustTier: 'verified', metadata: { key: 'value' } };
 * ```
 */
export interface UpdateAgentParams {
  readonly name?: string;
  readonly trustTier?: string;
  readonly tags?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/**
 * A new token of an agent; the old one is refused from now on.
 *
 * @example
 * ```ts
 * import { type AgentToken, MeshGuardClient } from '@sallyport/meshguard';
 *
 * const { token }: AgentToken = await new MeshGuardClient().rotateToken('agent_abc123');
 * ```
 */
export interface AgentToken {
  readonly token: string;
  /** RFC 3339. */
  readonly expiresAt?: string;
}
