import { createHmac, timingSafeEqual } from 'node:crypto';

/** Signs links that let their holder resolve one approval until it expires. */
export interface LinkSigner {
  /** The query of a signed link: `sig=…&exp=…`. @param expiresAt - milliseconds since the epoch. */
  sign(approvalId: string, expiresAt: number): string;
  /** @param exp - as it stands in the query, unix seconds. */
  verify(approvalId: string, sig: string, exp: string, now: number): boolean;
}

/** Makes a signer for a 32-byte key: base64url of HMAC-SHA256 over `approve:<id>:<exp>`. */
export function createLinkSigner(key: Uint8Array): LinkSigner {
  const signature = (id: string, exp: string) => createHmac('sha256', key).update(`approve:${id}:${exp}`).digest();
  return {
    sign(id, expiresAt) {
      const exp = String(Math.floor(expiresAt / 1000));
      return `sig=${signature(id, exp).toString('base64url')}&exp=${exp}`;
    },
    verify(id, sig, exp, now) {
      if (!/^\d{1,12}$/.test(exp) || Number(exp) * 1000 < now) return false;
      const given = Buffer.from(sig, 'base64url');
      const wanted = signature(id, exp);
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    },
  };
}

/** The link itself, below a base such as `http://localhost:9090`. */
export function signedUrl(base: string, signer: LinkSigner, approvalId: string, expiresAt: number): string {
  return `${base}/v1/approvals/${encodeURIComponent(approvalId)}/resolve?${signer.sign(approvalId, expiresAt)}`;
}
