/** Numbers that look random and are the same in every run (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Pick = <Item>(items: readonly Item[]) => Item;
type Template = (pick: Pick, number: () => number) => string;

const DIRECTORIES = [
  'src',
  'packages/core',
  'docs',
  './lib',
  'test/unit',
  '../shared',
  '/tmp/build',
  '~/work',
] as const;
const FILES = ['index.ts', 'README.md', 'server.py', 'main.go', 'Makefile', 'config.yaml', 'schema.sql'] as const;
const WORDS = ['parser', 'handler', 'login', 'retry', 'cache', 'TODO', 'timeout', 'metrics', 'deprecated'] as const;
const HOSTS = ['api.example.com', 'registry.npmjs.org', 'localhost:8080', 'internal.test'] as const;

/** What agents run: mostly plain commands, some pipelines and lists, and a few that a policy should stop. */
const TEMPLATES: readonly Template[] = [
  (pick, n) => `git ${pick(['status', 'log', 'diff', 'show', 'blame'])} --stat -n ${n()}`,
  (pick, n) => `git checkout -b feature/${pick(WORDS)}-${n()}`,
  (pick, n) => `git commit -m "fix ${pick(WORDS)} in ${pick(FILES)} (#${n()})"`,
  (pick, n) => `npm ${pick(['test', 'run build', 'ci', 'ls'])} -- --shard ${n()}`,
  (pick, n) => `npx vitest run ${pick(DIRECTORIES)}/${pick(WORDS)}.${n()}.test.ts`,
  (pick, n) => `ls -la ${pick(DIRECTORIES)}/${n()}`,
  (pick, n) => `cat ${pick(DIRECTORIES)}/${pick(FILES)}.${n()}`,
  (pick, n) => `grep -rn "${pick(WORDS)}${n()}" ${pick(DIRECTORIES)} --include='*.ts'`,
  (pick, n) => `rg ${pick(WORDS)} ${pick(DIRECTORIES)} | head -${n()}`,
  (pick, n) => `find ${pick(DIRECTORIES)} -name '*.${pick(WORDS)}' -mtime -${n()}`,
  (pick, n) => `cd ${pick(DIRECTORIES)} && make -j${n()} && ./run ${pick(WORDS)}`,
  (pick, n) => `python3 ${pick(DIRECTORIES)}/${pick(FILES)} --seed ${n()}`,
  (pick, n) => `NODE_ENV=test timeout ${n()} node ${pick(DIRECTORIES)}/${pick(FILES)}`,
  (pick, n) => `sed -n '${n()},${n()}p' ${pick(DIRECTORIES)}/${pick(FILES)}`,
  (pick, n) => `bash -lc "cd ${pick(DIRECTORIES)} && pytest -k ${pick(WORDS)} -n ${n()}"`,
  (pick, n) => `curl -s https://${pick(HOSTS)}/v1/${pick(WORDS)}?page=${n()}`,
  (pick, n) => `docker run --rm -p ${n()}:80 ${pick(WORDS)}:latest`,
  (pick, n) => `echo "$(date +%s) ${pick(WORDS)} ${n()}" >> ${pick(DIRECTORIES)}/log.txt`,
  (pick, n) => `if [ -f ${pick(FILES)} ]; then wc -l ${pick(FILES)}; else echo ${n()}; fi`,
  (pick, n) => `for f in ${pick(DIRECTORIES)}/*.ts; do head -${n()} $f; done | sort | uniq -c`,
  (pick, n) => `cat > ${pick(FILES)} <<'EOF'\nline ${n()}\n${pick(WORDS)}: ${pick(WORDS)}\nEOF`,
  (pick, n) => `kubectl get pods -n ${pick(WORDS)} --limit=${n()} -o json | jq '.items[].metadata.name'`,
  (pick, n) => `rm -rf ${pick(['node_modules', 'dist', '/', '/etc', '~'])}/${pick(WORDS)}${n()}`,
  (pick, n) => `sudo systemctl restart ${pick(WORDS)}@${n()}`,
];

/** Distinct commands, always the same ones for a seed. */
export function commands(count: number, seed: number): readonly string[] {
  const random = sequence(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick: Pick = (items) => {
    const item = items[below(items.length)];
    if (item === undefined) throw new RangeError('There is nothing to pick from.');
    return item;
  };
  const distinct = new Set<string>();
  while (distinct.size < count) distinct.add(pick(TEMPLATES)(pick, () => below(100_000)));
  // Encoded and decoded, as they are when they arrive: text that was just put together is slower to read once.
  return [...distinct].map((command) => Buffer.from(command).toString());
}

/** A tool's output of a length in characters: prose and code, without anything a rule looks for. */
export function output(length: number, seed: number): string {
  const random = sequence(seed);
  const words = [
    'const',
    'return',
    'the',
    'value',
    'of',
    '{',
    '}',
    'sk-',
    'send',
    'this',
    'ignore',
    'AKIA',
    '12:30',
    ...WORDS,
  ];
  let text = '';
  while (text.length < length) text += `${words[Math.floor(random() * words.length)]}${random() < 0.1 ? '\n' : ' '}`;
  return text.slice(0, length);
}
