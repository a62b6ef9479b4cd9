import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import { RequestFailure } from '../../http/failure.js';
import { pathParam, queryParam } from '../../http/params.js';
import { admit, type Caller } from './auth.js';
import type { LinkSigner } from './links.js';

/** Who resolves through a signed link, in the log. */
export const SIGNED_LINK = 'signed-link';

const HOLDER: Caller = {
  id: SIGNED_LINK,
  subject: undefined,
  policy: undefined,
  eval: false,
  admin: false,
  approver: true,
};

/** Whether the caller came with a signed link and no credential. */
export function isSignedLink(caller: Caller): boolean {
  return caller.id === SIGNED_LINK;
}

/**
 * Admits the holder of a good signature; a bad one is refused whatever else the request carries. Without a signature
 * the other check decides.
 */
export function signedOr(other: onRequestHookHandler, signer: LinkSigner, now: () => number): onRequestHookHandler {
  return function admitSigned(this, request, reply, done) {
    const signature = readSignature(request);
    if (signature === undefined) {
      other.call(this, request, reply, done);
      return;
    }
    const { id, sig, exp } = signature;
    if (!signer.verify(id, sig, exp, now())) {
      done(new RequestFailure(401, 'invalid or expired signature'));
      return;
    }
    admit(request, HOLDER);
    done();
  };
}

function readSignature(request: FastifyRequest): { id: string; sig: string; exp: string } | undefined {
  const sig = queryParam(request, 'sig');
  const exp = queryParam(request, 'exp');
  return sig === '' || exp === '' ? undefined : { id: pathParam(request, 'id'), sig, exp };
}
