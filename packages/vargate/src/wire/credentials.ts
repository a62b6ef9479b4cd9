import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import type { CredentialAccess, StoredCredential } from '../types/index.js';

/** What is not named here is dropped, whatever a gateway may send along with it. */
const stored = z
  .object({
    tool_id: z.string(),
    name: field.text,
    credential_type: field.text,
    created_at: field.text,
    registered_at: field.text,
  })
  .transform((body, context): StoredCredential => {
    const name = body.name ?? body.credential_type;
    if (name == null) {
      context.addIssue({ code: 'custom', message: 'there is no name', path: ['name'] });
      return z.NEVER;
    }
    return compact({ toolId: body.tool_id, name, createdAt: body.created_at ?? body.registered_at });
  });

export const registered = stored;

export const credentials = z
  .object({ credentials: z.array(stored) })
  .transform((body): readonly StoredCredential[] => body.credentials);

const access = z
  .object({
    tool_id: z.string(),
    name: field.orEmpty,
    action_id: field.text,
    agent_id: field.text,
    accessed_at: field.text,
  })
  .transform(
    (body): CredentialAccess =>
      compact({
        toolId: body.tool_id,
        name: body.name,
        actionId: body.action_id,
        agentId: body.agent_id,
        accessedAt: body.accessed_at,
      }),
  );

export const accessLog = z
  .object({ entries: z.array(access) })
  .transform(({ entries }): readonly CredentialAccess[] => entries);
