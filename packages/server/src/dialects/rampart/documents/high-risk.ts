/** Deleting these, or anything directly below the first two lines, costs a machine or a home. */
const SYSTEM = /^\/(?:bin|sbin|usr|etc|home|root|lib|lib64|boot)(?:\/|$)|^\/var\/?$/;
const ANYTHING = /^(?:\/|~|\.|\.\.|\$home|\$\{home\})(?:\/\*?)?$|^\/\*$|^(?:~|\$home|\$\{home\})\//;

const BLOCK_DEVICE = '/dev/(?:sd|nvme|hd|vd|mmcblk)';
const HIGH_RISK = [
  /:\(\)\s*\{\s*:\s*\|\s*:\s*&\s*\}\s*;\s*:/,
  new RegExp(`>\\s*${BLOCK_DEVICE}`),
  new RegExp(`of=${BLOCK_DEVICE}`),
  /<\((?:curl|wget)\b/,
];

const SHELL_SINK = /\|\s*(?:sudo\s+)?(?:\/\S*\/)?(?:ba|z|da|k)?sh\b/;
const SOURCE = /\b(?:curl|wget)\s|\bbase64\s+(?:-d\b|--decode\b)/;

/** Whether a command is so dangerous that allowing it must not even be suggested. Quotes and backslashes hide nothing. */
export function isHighRiskCommand(command: string): boolean {
  const plain = command.toLowerCase().replace(/['"\\]/g, '');
  if (HIGH_RISK.some((pattern) => pattern.test(plain))) return true;
  if (SOURCE.test(plain) && SHELL_SINK.test(plain)) return true;
  const words = plain.split(/[\s;&|()]+/);
  return deletesEverything(words) || formatsDevice(words);
}

function deletesEverything(words: readonly string[]): boolean {
  const start = words.findIndex((word) => /^(?:\S*\/)?rm$/.test(word));
  if (start === -1) return false;
  const rest = words.slice(start + 1);
  const flags = rest.filter((word) => word.startsWith('-'));
  const has = (short: RegExp, long: string) => flags.some((flag) => short.test(flag) || flag === long);
  const forced = has(/^-[a-z]*r/, '--recursive') && has(/^-[a-z]*f/, '--force');
  return forced && rest.some((word) => ANYTHING.test(word) || SYSTEM.test(word));
}

function formatsDevice(words: readonly string[]): boolean {
  return words.some((word) => /^(?:\S*\/)?mkfs(?:\.|$)/.test(word)) && words.some((word) => word.startsWith('/dev/'));
}

const SECRET_FILES = ['/etc/shadow', '/etc/sudoers', '/etc/gshadow', '/etc/master.passwd'];
const KEY_NAMES = ['id_rsa', 'id_ed25519', 'id_ecdsa', 'id_dsa'];

/** Whether a path is so sensitive that allowing it must not even be suggested. */
export function isHighRiskPath(path: string, tool: string): boolean {
  const lower = path.toLowerCase().replaceAll('\\', '/');
  if (SECRET_FILES.some((file) => lower.endsWith(file))) return true;
  if (tool === 'write' && lower.endsWith('/etc/passwd')) return true;
  if (!lower.includes('/.ssh/') || lower.endsWith('.pub')) return false;
  return KEY_NAMES.some((name) => lower.includes(name)) || /\/(?:authorized_keys|known_hosts)$/.test(lower);
}
