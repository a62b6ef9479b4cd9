import {
  AuthenticationError,
  ConfigurationError,
  HttpError,
  NotFoundError,
  PermissionDeniedError,
  ResponseError,
  SallyportError,
  ServerError,
  TransportError,
} from '@sallyport/core';
import { bearer, type Caller, createCaller, parseBaseUrl } from '@sallyport/core/internal';
import type { RemoteOptions } from '../declare/options.js';
import { EXIT, Failure } from '../exit.js';
import type { Io } from '../terminal/io.js';

const DEFAULT_URL = 'http://localhost:9090';

const nonEmpty = (text: string | undefined): string | undefined => (text?.trim() ? text.trim() : undefined);

function connect(options: RemoteOptions, { env }: Io): { readonly caller: Caller; readonly baseUrl: string } {
  const { RAMPART_URL: url, RAMPART_TOKEN: secret } = env;
  const baseUrl = parseBaseUrl(options.url ?? nonEmpty(url) ?? DEFAULT_URL, '--url (or RAMPART_URL)');
  const token = options.token ?? nonEmpty(secret);
  const caller = createCaller({
    gateway: 'sallyport',
    baseUrl,
    credentials: { token: token === undefined ? undefined : bearer(token, '--token (or RAMPART_TOKEN)') },
    credentialHelp: { token: 'Set RAMPART_TOKEN, or give --token.' },
    defaultAuth: 'token',
    // A person is waiting, and can press the key again.
    options: { maxRetries: 0 },
  });
  return { caller, baseUrl };
}

/** What the server said, without the operation's name, which means nothing to a person at a terminal. */
function saidBy(error: HttpError): string {
  const body: unknown = error.body;
  const said = Reflect.get(Object(body), 'error') ?? Reflect.get(Object(body), 'message') ?? error.problem?.detail;
  return typeof said === 'string' && said !== '' ? said.replace(/\.$/, '') : `it answered with status ${error.status}`;
}

function explain(error: SallyportError, baseUrl: string): Failure {
  if (error instanceof ConfigurationError) return new Failure(error.message, EXIT.usage);
  if (error instanceof TransportError) {
    return new Failure(
      `Nothing answers at ${baseUrl}: ${error.message}`,
      EXIT.unreachable,
      'Start a gateway with `sallyport serve`, or name another with --url or RAMPART_URL.',
    );
  }
  if (error instanceof AuthenticationError) {
    return new Failure(`The gateway does not know this token: ${saidBy(error)}.`, EXIT.refused, 'Check RAMPART_TOKEN.');
  }
  if (error instanceof PermissionDeniedError) {
    return new Failure(
      `This token may not do that: ${saidBy(error)}.`,
      EXIT.refused,
      "Approvals take an approver's token or an admin's; everything else an admin's.",
    );
  }
  if (error instanceof ServerError || error instanceof ResponseError) {
    return new Failure(`${baseUrl} failed: ${error.message}`, EXIT.unreachable);
  }
  if (error instanceof NotFoundError && Reflect.get(Object(error.body), 'error') === 'not found') {
    return new Failure(
      `${baseUrl} does not know what was asked of it.`,
      EXIT.refused,
      'This command needs a Sallyport gateway, and not another server of the same protocol.',
    );
  }
  if (error instanceof HttpError) return new Failure(`The gateway refused: ${saidBy(error)}.`, EXIT.refused);
  return new Failure(error.message, EXIT.unreachable);
}

/** Runs a command against a gateway; whatever goes wrong there comes out as something a person can act on. */
export async function withGateway<T>(
  options: RemoteOptions,
  io: Io,
  use: (caller: Caller, baseUrl: string) => Promise<T>,
): Promise<T> {
  let baseUrl = DEFAULT_URL;
  let caller: Caller | undefined;
  try {
    ({ caller, baseUrl } = connect(options, io));
    return await use(caller, baseUrl);
  } catch (error) {
    throw error instanceof SallyportError ? explain(error, baseUrl) : error;
  } finally {
    await caller?.close();
  }
}
