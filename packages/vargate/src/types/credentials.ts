/**
 * A secret for the gateway's vault. It is sent once, and not kept here: neither a result nor an error repeats it.
 *
 * @example
 * ```ts
 * import type { CredentialParams } from '@sallyport/vargate';
 *
 * const params: CredentialParams = { toolId: 'anthropic', credentialType: 'api_key', value: process.env['ANTHROPIC_API_KEY'] ?? '' };
 * ```
 */
export interface CredentialParams {
  /** The tool that the gateway uses it for: `anthropic`, `stripe`. */
  readonly toolId: string;
  /**
   * Its name, by which it is told from the tool's other credentials.
   * @defaultValue `api_key`
   */
  readonly credentialType?: string;
  /** The secret itself; several fields are a JSON text. */
  readonly value: string;
}

/**
 * A credential in the vault, by its name: no endpoint hands out its value.
 *
 * @example
 * ```ts
 * import type { StoredCredential } from '@sallyport/vargate';
 *
 * const line = ({ toolId, name }: StoredCredential): string => `${toolId}:${name}`;
 * ```
 */
export interface StoredCredential {
  readonly toolId: string;
  readonly name: string;
  readonly createdAt?: string;
}

/**
 * One use of a credential.
 *
 * @example
 * ```ts
 * import type { CredentialAccess } from '@sallyport/vargate';
 *
 * const line = ({ name, agentId, accessedAt }: CredentialAccess): string => `${accessedAt} ${agentId} used ${name}`;
 * ```
 */
export interface CredentialAccess {
  readonly toolId: string;
  readonly name: string;
  readonly actionId?: string;
  readonly agentId?: string;
  readonly accessedAt?: string;
}
