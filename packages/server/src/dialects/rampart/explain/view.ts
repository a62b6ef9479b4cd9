import type { Engine } from '../../../engine/engine.js';
import type { PolicySet } from '../policy/policy.js';

/** Whose credential a call comes with, as far as it bears on the decision. */
export interface CredentialView {
  readonly agent: string;
  /** The id of the token that names the agent; absent when none does, and the call keeps the name it is sent with. */
  readonly credential?: string;
  /** Base name of the policy file that the token is bound to. */
  readonly policy?: string;
}

/** The view of the token that names an agent; of several, the one that was made last. */
export async function viewOf(
  { credentials, clock }: Pick<Engine, 'credentials' | 'clock'>,
  agent: string,
): Promise<CredentialView> {
  const now = clock.now();
  const naming = (await credentials.list('rampart')).filter(
    ({ subject, roles, revokedAt, expiresAt }) =>
      subject === agent &&
      roles.includes('agent') &&
      revokedAt === undefined &&
      (expiresAt === undefined || expiresAt > now),
  );
  const credential = naming.at(-1);
  if (credential === undefined) return { agent };
  const { id, policy } = credential;
  return { agent, credential: id, ...(policy !== undefined && { policy }) };
}

/** What happens to a call that nothing matches, and why. */
export function defaultOf(
  { documents, defaultAction }: PolicySet,
  { agent, credential }: CredentialView,
): { readonly action: string; readonly because: string } {
  if (credential !== undefined) {
    const because = `the token ${credential} names agent "${agent}", and is denied what nothing matches, whatever default_action says`;
    return { action: 'deny', because };
  }
  const file = documents.find((document) => document.defaultAction !== undefined)?.file;
  const said = file === undefined ? 'no policy file has a default_action' : `the default_action of ${file}`;
  return { action: defaultAction, because: agent === '' ? said : `${said}; no token names agent "${agent}"` };
}
