import type { Gateway } from '@sallyport/server';
import { DIALECT_NAMES, DIALECTS } from '../../gateway/dialects.js';
import type { Io } from '../../terminal/io.js';
import { style } from '../../terminal/style.js';
import type { ServeOptions } from './options.js';

const NAME_CHARS = 9;

interface Running {
  readonly url: string;
  readonly store: string;
  readonly credentials: Gateway['credentials'];
  readonly options: ServeOptions;
}

function policiesOf({ config, policies, profile = config === undefined ? 'standard' : 'none' }: ServeOptions): string {
  const builtIn = profile === 'none' ? undefined : `the ${profile} profile`;
  return [config, policies, builtIn].filter((place) => place !== undefined).join(', ') || 'none';
}

/** Addresses of databases hold passwords. */
function shown(store: string): string {
  if (!URL.canParse(store)) return store;
  const url = new URL(store);
  if (url.password !== '') url.password = '…';
  return decodeURI(url.href);
}

/** `approverToken` as a person says it. */
const said = (name: string): string => name.replace(/(?:Token|Key)$/, '');

/** The credentials of one protocol: the agent's as the line that a shell takes, the others by their names. */
function credentialLines(dialect: string, url: string, tokens: Readonly<Record<string, string>>, colour: boolean) {
  const name = DIALECT_NAMES.find((known) => known === dialect);
  const entry = name === undefined ? undefined : DIALECTS[name];
  return Object.entries(tokens).map(([kind, value]) => {
    if (entry === undefined || kind !== entry.agentCredential) return `${said(kind).padEnd(NAME_CHARS)} ${value}`;
    const { urlVariable, agentVariable, clientPath } = entry;
    return style(colour).cyan(`export ${urlVariable}=${url}${clientPath} ${agentVariable}=${value}`);
  });
}

/** Tells a person that the gateway listens, and how to reach it. */
export function announce({ url, store, credentials, options }: Running, { print, colour }: Io): void {
  const { bold, dim, green, yellow } = style(colour);
  print(`${green('✓')} ${bold(`Sallyport listens on ${url}`)}  ${dim('Ctrl-C stops it')}`);
  print('');
  print(`  store      ${shown(store)}`);
  const lax = (mode = 'enforce') => (mode === 'enforce' ? '' : yellow(` (${mode}: nothing is refused)`));
  const { without = [], meshguardPolicies = 'in the store', meshguardMode, proxyTarget } = options;
  if (!without.includes('rampart')) print(`  policies   ${policiesOf(options)}${lax(options.mode)}`);
  if (!without.includes('meshguard') && (meshguardMode ?? options.meshguardPolicies) !== undefined) {
    print(`  meshguard  ${meshguardPolicies}${lax(meshguardMode)}`);
  }
  if (proxyTarget !== undefined) print(`  proxy      ${proxyTarget}`);
  print(`  docs       ${url}/docs`);
  const told = Object.entries(credentials).filter(([, tokens]) => Object.keys(tokens).length > 0);
  for (const [dialect, tokens] of told) {
    print('');
    print(`  ${bold(dialect)}`);
    for (const line of credentialLines(dialect, url, tokens, colour)) print(`    ${line}`);
  }
  if (told.length > 0) print(dim('  They are not shown again.'));
}
