import { createHash } from 'node:crypto';
import { posix } from 'node:path';

const SCHEME = /^[a-zA-Z][\w+.-]*:\/\//;

/**
 * A path as Python's `posixpath.normpath` has it: no `//`, `.`, `..` and trailing `/`; exactly two leading slashes stay,
 * three and more become one.
 */
export function normalPath(path: string): string {
  if (path === '') return '.';
  const slashes = /^\/\/(?!\/)/.test(path) ? '/' : '';
  const normal = posix.normalize(path);
  return slashes + (normal.length > 1 ? normal.replace(/\/$/, '') : normal);
}

/** A target as it is compared with those before it: a path in one spelling, in lower case, without blanks around it. */
export function sameTargetKey(target: string): string {
  const normal = target.includes('://') ? target : normalPath(target);
  return normal.toLowerCase().trim();
}

/** {@link sameTargetKey} in a form that columns can hold, whatever the target is. */
export const targetDigest = (target: string): string =>
  createHash('sha256').update(sameTargetKey(target)).digest('hex').slice(0, 16);

const LOOK_ALIKE_SLASHES = /[\u29f8\u2215\u2044\\]/g;
const WRAPPER = /^(?:sudo|nohup|nice(?: -n ?\S+)?|timeout \S+|strace|ltrace|env|[a-z_]\w*=\S*) +/i;

/** The spellings of a target that sensitive patterns are held against. */
export function targetVariants(target: string): readonly string[] {
  const decoded = urlDecoded(target);
  const plain = decoded
    .replaceAll('\0', '')
    .normalize('NFKC')
    .replace(/\p{M}/gu, '')
    .replace(LOOK_ALIKE_SLASHES, '/')
    .replace(/\.{2,}/g, '.');
  return [...new Set([target, decoded, plain, normalPath(plain.replace(SCHEME, '')), withoutWrappers(plain)])];
}

function urlDecoded(text: string): string {
  let current = text;
  for (let round = 0; round < 3; round += 1) {
    const next = unquoted(current);
    if (next === current) break;
    current = next;
  }
  return current;
}

/** Python's `unquote`: each run of escapes is UTF-8, what is none becomes U+FFFD; a stray percent sign stays. */
function unquoted(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}

function withoutWrappers(command: string): string {
  let rest = command;
  for (;;) {
    const next = rest.replace(WRAPPER, '');
    if (next === rest) return rest;
    rest = next;
  }
}
