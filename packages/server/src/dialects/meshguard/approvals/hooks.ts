import type { ApprovalHooks } from '../../../approvals/desk.js';
import { chainsOf, eventRecord } from '../audit/records.js';
import { newId } from '../ids.js';
import type { MeshGuard } from '../runtime.js';

/** What goes into the audit log at each step of an approval, whichever door the step came through. */
export function approvalHooks({ engine }: Pick<MeshGuard, 'engine'>): ApprovalHooks {
  return {
    chains: ({ tenant }) => [chainsOf(tenant).events],
    records: (approval, { to, at, by, note, details }) => [
      eventRecord(
        {
          id: newId(engine.ids, 'evt', at),
          orgId: approval.tenant,
          type: `approval.${to}`,
          actor: by,
          subject: approval.id,
          link: approval.link,
          data: {
            action: approval.tool,
            agent: approval.agent,
            digest: approval.digest,
            ...(note !== undefined && { note }),
            ...details,
          },
        },
        at,
      ),
    ],
  };
}
