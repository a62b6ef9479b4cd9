import {
  AuthenticationError,
  ConfigurationError,
  HttpError,
  NotFoundError,
  PermissionDeniedError,
  ResponseError,
  type SallyportError,
  ServerError,
  TransportError,
} from '@sallyport/core';
import { EXIT, type ExitCode, Failure } from '../exit.js';
import { plain } from '../terminal/table.js';
import type { DialectEntry } from './dialects.js';

/** Who was asked. */
export interface Asked extends DialectEntry {
  readonly baseUrl: string;
}

const DAMAGE_CODES: readonly unknown[] = ['ledger_damaged', 'AEGIS-AUD-003'];
/** How a gateway begins to tell what is wrong with a chain of its log; some protocols have no room for a code. */
const DAMAGE_TEXT = /^Chain "[^"]*"(?: does not verify at |: )/;
const DAMAGE_HINT = 'An export or a backup from before can be checked without it: sallyport verify FILE.';

/** Whether a gateway answers that it does not believe its own log any more. */
function isDamage(error: HttpError): boolean {
  const body = Object(error.body);
  const codes = [Reflect.get(body, 'code'), Reflect.get(body, 'error_code')];
  return codes.some((code) => DAMAGE_CODES.includes(code)) || DAMAGE_TEXT.test(saidBy(error));
}

/** What the server said, without the operation's name, which means nothing to a person at a terminal. */
function saidBy(error: HttpError): string {
  const body = Object(error.body);
  const said = Reflect.get(body, 'error') ?? Reflect.get(body, 'message') ?? error.problem?.detail;
  return typeof said === 'string' && said !== '' ? said.replace(/\.$/, '') : `it answered with status ${error.status}`;
}

const damageTold = (damage: string) =>
  [`The gateway refuses its own audit log: ${plain(damage)}.`, EXIT.no, DAMAGE_HINT] as const;

/** A gateway hands its log out and says that it does not believe it. */
export function refusedByGateway(damage: string): Failure {
  return new Failure(...damageTold(damage.replace(/\.$/, '')));
}

/** What went wrong with a gateway, as something that a person can act on. */
export function explainFailure(error: SallyportError, asked: Asked): Failure {
  const [message, exitCode, hint] = describe(error, asked);
  return new Failure(message, exitCode, hint, error);
}

function describe(
  error: SallyportError,
  { baseUrl, urlVariable, tokenVariable }: Asked,
): readonly [message: string, exitCode: ExitCode, hint?: string] {
  if (error instanceof ConfigurationError) return [error.message, EXIT.usage];
  if (error instanceof TransportError) {
    return [
      `Nothing answers at ${baseUrl}: ${error.message}`,
      EXIT.unreachable,
      `Start a gateway with \`sallyport serve\`, or name another with --url or ${urlVariable}.`,
    ];
  }
  if (error instanceof AuthenticationError) {
    const hint = `Check ${tokenVariable}.`;
    return [`The gateway does not know this token: ${saidBy(error)}.`, EXIT.refused, hint];
  }
  if (error instanceof PermissionDeniedError) {
    return [
      `This token may not do that: ${saidBy(error)}.`,
      EXIT.refused,
      "Approvals take an approver's token or an admin's; everything else an admin's.",
    ];
  }
  // As with a log that is checked here: the answer is no.
  if (error instanceof ServerError && isDamage(error)) return damageTold(saidBy(error));
  if (error instanceof ServerError || error instanceof ResponseError) {
    return [`${baseUrl} failed: ${error.message}`, EXIT.unreachable];
  }
  if (error instanceof NotFoundError && Reflect.get(Object(error.body), 'error') === 'not found') {
    return [
      `${baseUrl} does not know what was asked of it.`,
      EXIT.refused,
      'This command needs a Sallyport gateway, and not another server of the same protocol.',
    ];
  }
  if (error instanceof HttpError) return [`The gateway refused: ${saidBy(error)}.`, EXIT.refused];
  return [error.message, EXIT.unreachable];
}
