import { type CallPromise, ConfigurationError, type RequestOptions } from '@sallyport/core';
import { checkNames, checkPlainObject, checkText } from '@sallyport/core/internal';
import { type Connection, checked } from './connection.js';
import { deleteCredential, listAccesses, listCredentials, registerCredential } from './operations/credentials.js';
import { CREDENTIAL_NAMES } from './option-names.js';
import type { CredentialAccess, CredentialParams, StoredCredential } from './types/index.js';

/** Says nothing of the value: it may be the secret in another form. */
function checkSecret(value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  throw new ConfigurationError('value must be a text that is not empty: the secret itself.');
}

/**
 * The vault: secrets that the gateway uses on behalf of agents, who never see them. No call returns one.
 *
 * @example
 * ```ts
 * import { VargateClient } from '@sallyport/vargate';
 *
 * const { credentials } = new VargateClient();
 * await credentials.register({ toolId: 'anthropic', value: process.env['ANTHROPIC_API_KEY'] ?? '' });
 * for (const { toolId, name } of await credentials.list()) process.stdout.write(`${toolId}:${name}\n`);
 * ```
 */
export class CredentialsApi {
  readonly #connection: Connection;

  /** @internal Made by the client. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Puts a secret into the vault; one of the same name is replaced. The value is sent and forgotten: no result, error or log
   * line of this client holds it, also when the gateway repeats it.
   */
  register(params: CredentialParams, options?: RequestOptions): CallPromise<StoredCredential> {
    return checked(() => {
      checkPlainObject('params', params);
      checkNames(params, CREDENTIAL_NAMES, 'vargate.credentials.register');
      checkText('toolId', params.toolId);
      if (params.credentialType !== undefined) checkText('credentialType', params.credentialType);
      checkSecret(params.value);
      return this.#connection.call(registerCredential(params.value), params, options);
    });
  }

  /** What is in the vault, by name. */
  list(options?: RequestOptions): CallPromise<readonly StoredCredential[]> {
    return this.#connection.call(listCredentials, undefined, options);
  }

  /**
   * Removes a credential.
   *
   * @param name - its `credentialType`. @throws NotFoundError when there is none.
   */
  delete(toolId: string, name: string, options?: RequestOptions): CallPromise<void> {
    return this.#connection.call(deleteCredential, { toolId, name }, options);
  }

  /** The last uses of credentials, at most 100, newest first. */
  accessLog(options?: RequestOptions): CallPromise<readonly CredentialAccess[]> {
    return this.#connection.call(listAccesses, undefined, options);
  }
}
