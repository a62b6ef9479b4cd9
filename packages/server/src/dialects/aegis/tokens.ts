import { createHmac, timingSafeEqual } from 'node:crypto';

const TOKEN = /^cft_([ce])([0-9A-HJKMNP-TV-Z]{26})([0-9a-f]{32})$/;
const KINDS: Readonly<Record<string, string>> = { c: 'cnf_', e: 'esc_' };
const MAC_CHARS = 32;

/** Makes and reads confirmation tokens. None is stored: each is the name of a review and 128 bits under a secret key. */
export interface TokenSigner {
  /** The token that redeems a review: `cft_…`. @param reviewId - `cnf_…` or `esc_…` */
  tokenFor(reviewId: string): string;
  /** The review that a token names; undefined when it was not made here. */
  reviewOf(token: string): string | undefined;
}

export function createTokenSigner(secret: Uint8Array): TokenSigner {
  const mac = (reviewId: string) => createHmac('sha256', secret).update(reviewId).digest('hex').slice(0, MAC_CHARS);
  return {
    tokenFor: (reviewId) => `cft_${reviewId.charAt(0)}${reviewId.slice(4)}${mac(reviewId)}`,
    reviewOf(token) {
      const [, kind = '', ulid = '', sent = ''] = TOKEN.exec(token) ?? [];
      const prefix = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
      if (prefix === undefined) return undefined;
      const reviewId = `${prefix}${ulid}`;
      return timingSafeEqual(Buffer.from(mac(reviewId)), Buffer.from(sent)) ? reviewId : undefined;
    },
  };
}
