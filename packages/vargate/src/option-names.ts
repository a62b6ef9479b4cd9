import { optionNames, REQUEST_OPTIONS } from '@sallyport/core/internal';
import type {
  AuditQuery,
  CallToolOptions,
  CredentialParams,
  ManagedAgentParams,
  ReviewParams,
  SessionParams,
  SessionQuery,
  SettingsParams,
  VargateAgent,
  VerifyLocallyOptions,
  WaitForApprovalOptions,
  WatchSessionOptions,
  WatchTreeOptions,
} from './types/index.js';

type Names<Options> = Readonly<Record<keyof Options, true>>;

export const AGENT_NAMES = optionNames({ id: true, type: true, version: true } satisfies Names<VargateAgent>);

export const CALL_NAMES = optionNames({
  ...REQUEST_OPTIONS,
  agent: true,
  isBusinessHours: true,
} satisfies Names<CallToolOptions>);

export const WAIT_NAMES = optionNames({ ...REQUEST_OPTIONS, maxWaitMs: true } satisfies Names<WaitForApprovalOptions>);

export const REVIEW_NAMES = optionNames({ reason: true } satisfies Names<ReviewParams>);

export const AUDIT_QUERY_NAMES = optionNames({ limit: true, offset: true } satisfies Names<AuditQuery>);

export const VERIFY_NAMES = optionNames({
  signal: true,
  from: true,
  proofs: true,
  onProgress: true,
} satisfies Names<VerifyLocallyOptions>);

export const WATCH_TREE_NAMES = optionNames({ signal: true, state: true } satisfies Names<WatchTreeOptions>);

export const WATCH_SESSION_NAMES = optionNames({
  signal: true,
  pollIntervalMs: true,
} satisfies Names<WatchSessionOptions>);

export const MANAGED_AGENT_NAMES = optionNames({
  name: true,
  anthropicModel: true,
  systemPrompt: true,
  allowedTools: true,
  requireHumanApproval: true,
  maxSessionHours: true,
  maxDailySessions: true,
  maxDelegationDepth: true,
  governanceProfile: true,
  parentAgentId: true,
} satisfies Names<ManagedAgentParams>);

export const SESSION_NAMES = optionNames({
  agentId: true,
  userMessage: true,
  environmentId: true,
  metadata: true,
} satisfies Names<SessionParams>);

export const SESSION_QUERY_NAMES = optionNames({
  status: true,
  agentId: true,
  limit: true,
} satisfies Names<SessionQuery>);

export const CREDENTIAL_NAMES = optionNames({
  toolId: true,
  credentialType: true,
  value: true,
} satisfies Names<CredentialParams>);

export const SETTINGS_NAMES = optionNames({
  webhookUrl: true,
  webhookSecret: true,
  webhookEvents: true,
  publicDashboard: true,
  name: true,
  anchorChain: true,
  policyTemplate: true,
  policyConfig: true,
  failureConfig: true,
  autoApproveTools: true,
  managedAgentsEnabled: true,
} satisfies Names<SettingsParams>);
