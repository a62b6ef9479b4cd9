import type { Gateway } from '@sallyport/server';
import { DIALECT_NAMES, DIALECTS } from '../../gateway/dialects.js';
import type { Io } from '../../terminal/io.js';
import { style } from '../../terminal/style.js';
import type { ServeOptions } from './options.js';

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
const said = (name: string): string => (name === 'token' ? 'agent' : name.replace(/Token$/, ''));

/** The line that a shell takes, for an agent that asks: where its client looks, and what it asks with. */
function exported(dialect: string, url: string, token: string): string {
  const name = DIALECT_NAMES.find((known) => known === dialect);
  if (name === undefined) return token;
  const { urlVariable, agentVariable, clientPath } = DIALECTS[name];
  return `export ${urlVariable}=${url}${clientPath} ${agentVariable}=${token}`;
}

/** Tells a person that the gateway listens, and how to reach it. */
export function announce({ url, store, credentials, options }: Running, { print, colour }: Io): void {
  const { bold, dim, green, cyan, yellow } = style(colour);
  print(`${green('✓')} ${bold(`Sallyport listens on ${url}`)}  ${dim('Ctrl-C stops it')}`);
  print('');
  print(`  store      ${shown(store)}`);
  print(
    `  policies   ${policiesOf(options)}${options.mode === 'enforce' ? '' : yellow(` (${options.mode}: nothing is refused)`)}`,
  );
  print(`  docs       ${url}/docs`);
  const told = Object.entries(credentials).filter(([, tokens]) => Object.keys(tokens).length > 0);
  for (const [dialect, { token, ...others }] of told) {
    print('');
    print(`  ${bold(dialect)}`);
    if (token !== undefined) print(`    ${cyan(exported(dialect, url, token))}`);
    for (const [name, value] of Object.entries(others)) print(`    ${said(name).padEnd(9)} ${value}`);
  }
  if (told.length > 0) print(dim('  They are not shown again.'));
}
