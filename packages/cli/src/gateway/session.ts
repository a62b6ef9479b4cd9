import { AuthenticationError, NotFoundError, PermissionDeniedError, SallyportError } from '@sallyport/core';
import { bearer, type Caller, createCaller, parseBaseUrl } from '@sallyport/core/internal';
import { EXIT, Failure } from '../exit.js';
import type { Io } from '../terminal/io.js';
import { DEFAULT_DIALECT, DIALECT_NAMES, DIALECTS, type DialectName, gatewayRoot } from './dialects.js';
import { explainFailure } from './failures.js';

/** How to reach a gateway. */
export interface RemoteOptions {
  readonly url?: string;
  readonly token?: string;
  readonly dialect?: DialectName;
  readonly json?: boolean;
}

/** A gateway, asked with one credential. */
export interface Session {
  readonly caller: Caller;
  readonly baseUrl: string;
  /** The protocol whose credential it is. */
  readonly dialect: DialectName;
}

const DEFAULT_URL = 'http://localhost:9090';

const setIn = (env: Io['env'], name: string): string | undefined => env[name]?.trim() || undefined;

/** The protocols that the environment holds a credential for. */
const held = ({ env }: Io): readonly DialectName[] =>
  DIALECT_NAMES.filter((name) => setIn(env, DIALECTS[name].tokenVariable) !== undefined);

/** Whether a credential may be shown to the gateway of `--url`: not when its protocol's own variable names another. */
function mayGoTo(url: string | undefined, dialect: DialectName, { env }: Io): boolean {
  const home = setIn(env, DIALECTS[dialect].urlVariable);
  if (url === undefined || home === undefined) return true;
  return URL.canParse(url) && URL.canParse(home) && new URL(url).origin === new URL(home).origin;
}

/** The one protocol that is meant. @throws Failure when the environment holds credentials for several others. */
function oneDialect({ dialect, token }: RemoteOptions, io: Io): DialectName {
  if (dialect !== undefined) return dialect;
  const names = token === undefined ? held(io) : [];
  if (names.length === 0 || names.includes(DEFAULT_DIALECT)) return DEFAULT_DIALECT;
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return only;
  const set = names.map((name) => DIALECTS[name].tokenVariable).join(', ');
  throw new Failure(`${set} are set.`, EXIT.usage, `Say which with --dialect ${names.join(' or ')}.`);
}

function open(options: RemoteOptions, dialect: DialectName, { env }: Io): Session {
  const { urlVariable, tokenVariable } = DIALECTS[dialect];
  const told = setIn(env, urlVariable);
  const url = options.url ?? (told === undefined ? DEFAULT_URL : gatewayRoot(told, dialect));
  const baseUrl = parseBaseUrl(url, `--url (or ${urlVariable})`);
  const token = options.token ?? setIn(env, tokenVariable);
  const caller = createCaller({
    gateway: 'sallyport',
    baseUrl,
    credentials: { token: token === undefined ? undefined : bearer(token, `--token (or ${tokenVariable})`) },
    credentialHelp: { token: `Set ${tokenVariable}, or give --token.` },
    defaultAuth: 'token',
    // A person is waiting, and can press the key again.
    options: { maxRetries: 0 },
  });
  return { caller, baseUrl, dialect };
}

/** Asks, and turns what goes wrong into something that a person can act on. @throws Failure whose cause is the error. */
export async function asking<T>(session: Session, ask: (session: Session) => Promise<T>): Promise<T> {
  try {
    return await ask(session);
  } catch (error) {
    throw asFailure(error, session.dialect, session.baseUrl);
  }
}

function asFailure(error: unknown, dialect: DialectName, baseUrl: string): unknown {
  return error instanceof SallyportError ? explainFailure(error, { baseUrl, ...DIALECTS[dialect] }) : error;
}

function opened(options: RemoteOptions, dialect: DialectName, io: Io): Session {
  try {
    return open(options, dialect, io);
  } catch (error) {
    throw asFailure(error, dialect, DEFAULT_URL);
  }
}

/** Runs a command against a gateway. @throws Failure */
export async function withGateway<T>(
  options: RemoteOptions,
  io: Io,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const session = opened(options, oneDialect(options, io), io);
  try {
    return await asking(session, use);
  } finally {
    await session.caller.close();
  }
}

/**
 * Runs a command with the credential of every protocol that there is one for, because each opens its own protocol's
 * doors only. What `--dialect` or `--token` names is meant alone.
 */
export async function withGateways<T>(
  options: RemoteOptions,
  io: Io,
  use: (sessions: readonly Session[]) => Promise<T>,
): Promise<T> {
  const { dialect, token } = options;
  const names = held(io).filter((name) => mayGoTo(options.url, name, io));
  const isOne = dialect !== undefined || token !== undefined || names.length === 0;
  const sessions = (isOne ? [oneDialect(options, io)] : names).map((name) => opened(options, name, io));
  try {
    return await use(sessions);
  } finally {
    await Promise.all(sessions.map(({ caller }) => caller.close()));
  }
}

/** What each session answered. One that fails is told of, unless all do: then that is the outcome. @throws Failure */
export async function askEach<T>(
  sessions: readonly Session[],
  io: Io,
  ask: (session: Session) => Promise<T>,
): Promise<readonly { readonly session: Session; readonly answer: T }[]> {
  const answers: { session: Session; answer: T }[] = [];
  const failures: { session: Session; failure: Failure }[] = [];
  for (const session of sessions) {
    try {
      answers.push({ session, answer: await asking(session, ask) });
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      failures.push({ session, failure });
    }
  }
  const [first] = failures;
  if (answers.length === 0 && first !== undefined) throw first.failure;
  for (const { session, failure } of failures) io.note(`${session.dialect}: ${failure.message}`);
  return answers;
}

/** The answer of the first session that has one; the others' protocols do not know what is asked about. @throws Failure */
export async function askInTurn<T>(sessions: readonly Session[], ask: (session: Session) => Promise<T>): Promise<T> {
  let last: unknown;
  for (const session of sessions) {
    try {
      return await asking(session, ask);
    } catch (failure) {
      if (!(failure instanceof Failure) || !isElsewhere(failure.cause)) throw failure;
      // Whom a token may not ask says less than who does not know.
      if (last === undefined || failure.cause instanceof NotFoundError) last = failure;
    }
  }
  throw last;
}

/** Whether another credential may know what this one does not. */
function isElsewhere(cause: unknown): boolean {
  return (
    cause instanceof NotFoundError || cause instanceof AuthenticationError || cause instanceof PermissionDeniedError
  );
}
