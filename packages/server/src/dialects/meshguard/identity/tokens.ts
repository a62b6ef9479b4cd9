import type { JWTPayload } from 'jose';

/** Who issues the agents' tokens. */
const ISSUER = 'meshguard';
/** Verified tokens that are remembered: checking a signature takes longer than deciding. */
const REMEMBERED = 10_000;

/** What a token says, as far as anybody believes it: everything else is looked up. */
export interface AgentClaims {
  readonly agentId: string;
  readonly orgId: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** What a new token says. */
export interface NewToken {
  readonly agentId: string;
  readonly name: string;
  readonly tier: string;
  readonly tags: readonly string[];
  readonly orgId: string;
  /** Makes the token differ from all others. */
  readonly tokenId: string;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Agents' tokens: JWTs, signed with HS256 and nothing else. */
export interface AgentTokens {
  sign(token: NewToken): Promise<string>;
  /** What a token says at a time; undefined for one that is forged, malformed, expired or somebody else's. */
  verify(token: string, now: number): AgentClaims | undefined | Promise<AgentClaims | undefined>;
}

/** @param secret - at least 32 bytes. */
export async function createAgentTokens(secret: Uint8Array): Promise<AgentTokens> {
  const { SignJWT, jwtVerify } = await import('jose');
  const known = new Map<string, AgentClaims>();

  const check = async (token: string, now: number): Promise<AgentClaims | undefined> => {
    let payload: JWTPayload;
    try {
      const options = { algorithms: ['HS256'], requiredClaims: ['exp', 'sub'], currentDate: new Date(now) };
      ({ payload } = await jwtVerify(token, secret, options));
    } catch {
      return undefined;
    }
    const claims = claimsOf(payload);
    if (claims === undefined) return undefined;
    // A token that is not valid yet today would be taken from memory as if it were.
    if (payload.nbf === undefined) {
      const [oldest] = known.keys();
      if (known.size >= REMEMBERED && oldest !== undefined) known.delete(oldest);
      known.set(token, claims);
    }
    return claims;
  };

  return {
    sign: ({ agentId, name, tier, tags, orgId, tokenId, issuedAt, expiresAt }) =>
      new SignJWT({ name, tier, tags: [...tags], orgId })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setSubject(agentId)
        .setIssuer(ISSUER)
        .setJti(tokenId)
        .setIssuedAt(seconds(issuedAt))
        .setExpirationTime(seconds(expiresAt))
        .sign(secret),
    verify(token, now) {
      const claims = known.get(token);
      if (claims === undefined) return check(token, now);
      return claims.expiresAt > now ? claims : undefined;
    },
  };
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

/** Some write `org` for `orgId`, and leave the issuer out; another issuer is another's token. */
function claimsOf({ sub, exp, iss, ...payload }: JWTPayload): AgentClaims | undefined {
  if (sub === undefined || exp === undefined || (iss !== undefined && iss !== ISSUER)) return undefined;
  const org = payload['orgId'] ?? payload['org'];
  return { agentId: sub, orgId: typeof org === 'string' ? org : undefined, expiresAt: exp * 1000 };
}
