import { type CallPromise, HttpError, type RequestOptions } from '@sallyport/core';
import { callPromise, checkNames, checkOptionalText, checkPlainObject } from '@sallyport/core/internal';
import { type Connection, checked } from './connection.js';
import { patchSettings, testWebhook, updateSettings } from './operations/settings.js';
import { SETTINGS_NAMES } from './option-names.js';
import type { SettingsParams, SettingsUpdated, WebhookTest } from './types/index.js';

const isWrongVerb = (error: unknown): boolean => error instanceof HttpError && error.status === 405;

/**
 * The tenant's settings, and its webhook. Deliveries are checked with `verifyWebhook()`.
 *
 * @example
 * ```ts
 * import { VargateClient } from '@sallyport/vargate';
 *
 * const { settings } = new VargateClient();
 * await settings.update({ webhookUrl: 'https://your-app.com/webhooks/vargate', webhookEvents: ['action.pending_approval'] });
 * const { delivered } = await settings.testWebhook();
 * ```
 */
export class SettingsApi {
  readonly #connection: Connection;

  /** @internal Made by the client. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Changes settings; those that are absent stay. Where the gateway makes the webhook's secret, this is the only time that
   * it is told.
   *
   * @throws BadRequestError for an address that is not `https:`, and for values that the gateway does not know.
   */
  update(params: SettingsParams, options?: RequestOptions): CallPromise<SettingsUpdated> {
    return checked(() => {
      checkPlainObject('params', params);
      checkNames(params, SETTINGS_NAMES, 'vargate.settings.update');
      const { webhookSecret } = params;
      checkOptionalText('webhookSecret', webhookSecret);
      const update = this.#connection.call(updateSettings(webhookSecret), params, options).withResponse();
      return callPromise(
        update.catch((error: unknown) => {
          if (!isWrongVerb(error)) throw error;
          return this.#connection.call(patchSettings(webhookSecret), params, options).withResponse();
        }),
      );
    });
  }

  /** Has the gateway send a `test.ping` to the webhook, once. @throws BadRequestError when none is set. */
  testWebhook(options?: RequestOptions): CallPromise<WebhookTest> {
    return this.#connection.call(testWebhook, undefined, options);
  }
}
