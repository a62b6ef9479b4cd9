import type { WireAnswer } from '../support/raw-http.js';

type Fields = Readonly<Record<string, unknown>>;

const bodyOf = ({ body }: WireAnswer): Fields => Object(JSON.parse(body.toString('utf8')));

/** Leaves out what is absent. */
const known = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));

/** The message that the official clients build for a refusal. */
function denialMessage(action: unknown, { policy, rule, message }: Fields): string {
  const by = policy ? ` by policy '${policy}'` : '';
  const under = rule ? ` (rule: ${rule})` : '';
  return `Action '${action}' denied${by}${under}: ${message ?? 'Access denied by policy'}`;
}

/** What the official clients make of answers: the status is the only input of a decision. */
export const DECODERS: Readonly<Record<string, (answer: WireAnswer, action: string) => Fields>> = {
  decision(answer, action) {
    const { policy, rule, message } = bodyOf(answer);
    if (answer.status >= 200 && answer.status < 300) {
      return known({ allowed: true, decision: 'allow', action, policy });
    }
    if (answer.status !== 403) throw new Error(`Request failed: ${answer.status} ${answer.body.toString()}`);
    return known({ allowed: false, decision: 'deny', action, policy, rule, reason: message });
  },
  denial: (answer, action) => ({
    error: answer.status === 403 ? 'PolicyDeniedError' : 'MeshGuardError',
    message: denialMessage(action, bodyOf(answer)),
  }),
  proxyDenial: (answer) => ({
    error: answer.status === 403 ? 'PolicyDeniedError' : 'MeshGuardError',
    message: denialMessage(bodyOf(answer)['action'] ?? 'unknown', bodyOf(answer)),
  }),
  error: ({ status }) =>
    status === 401
      ? { error: 'AuthenticationError', message: 'Invalid or expired token' }
      : { error: 'MeshGuardError', message: `Request failed: ${status}` },
};
