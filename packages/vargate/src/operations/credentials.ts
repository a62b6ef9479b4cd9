import type { Operation } from '@sallyport/core';
import { path, zodDecoder } from '@sallyport/core/internal';
import type { CredentialAccess, CredentialParams, StoredCredential } from '../types/index.js';
import { accessLog, credentials, registered } from '../wire/credentials.js';
import { withoutSecret } from '../without-secret.js';

/** The seed and the later documents name the same field differently: both are sent. */
export const registerCredential = (secret: string): Operation<CredentialParams, StoredCredential> => ({
  name: 'vargate.credentials.register',
  method: 'POST',
  path: () => '/credentials/register',
  body: ({ toolId, credentialType = 'api_key', value }) => ({
    tool_id: toolId,
    credential_type: credentialType,
    name: credentialType,
    value,
  }),
  auth: 'tenant',
  // The same credential again is the same credential.
  retry: 'safe',
  decode: zodDecoder(registered),
  errors: [withoutSecret(secret)],
});

export const listCredentials: Operation<void, readonly StoredCredential[]> = {
  name: 'vargate.credentials.list',
  method: 'GET',
  path: () => '/credentials',
  auth: 'tenant',
  retry: 'safe',
  decode: zodDecoder(credentials),
};

export const deleteCredential: Operation<StoredCredential, void> = {
  name: 'vargate.credentials.delete',
  method: 'DELETE',
  path: ({ toolId, name }) => path`/credentials/${toolId}/${name}`,
  auth: 'tenant',
  retry: 'keyed',
  decode: () => {},
};

export const listAccesses: Operation<void, readonly CredentialAccess[]> = {
  name: 'vargate.credentials.accessLog',
  method: 'GET',
  path: () => '/credentials/access-log',
  auth: 'tenant',
  retry: 'safe',
  decode: zodDecoder(accessLog),
};
