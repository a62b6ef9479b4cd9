import fc from 'fast-check';
import { MARKER } from './real-shells.js';

type Text = fc.Arbitrary<string>;
type Wrap = (inner: string) => string;

const single: Wrap = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
const double: Wrap = (text) => `"${text.replace(/[\\"$`]/g, '\\$&')}"`;
const hex: Wrap = (text) => Array.from(text, (one) => `\\x${one.charCodeAt(0).toString(16)}`).join('');

/** Other ways to write a word that a shell takes for the same. */
const SPELLINGS: readonly Wrap[] = [
  single,
  double,
  (word) => `\\${word}`,
  (word) => `${word.slice(0, 1)}''${word.slice(1)}`,
  (word) => `${word.slice(0, 1)}"${word.slice(1)}"`,
  (word) => `${word.slice(0, 1)}\\\n${word.slice(1)}`,
  (word) => `${word.slice(0, 1)}\${u}${word.slice(1)}`,
  (word) => `${word.slice(0, 1)}$@${word.slice(1)}`,
  (word) => `$u${word}`.replace(/^\$u(?=\w)/, `\${u}`),
  (word) => `\${u:-${word}}`,
  (word) => `\${u-${word}}`,
  (word) => `\${PATH:+${word}}`,
  (word) => `$'${word}'`,
  (word) => `$'${hex(word)}'`,
  (word) => `$"${word}"`,
];
const spelling = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Wrap>((word) => word) },
  { weight: 2, arbitrary: fc.constantFrom(...SPELLINGS) },
);
const blank = fc.oneof(
  { weight: 6, arbitrary: fc.constant(' ') },
  { weight: 3, arbitrary: fc.constantFrom('\t', ' \\\n', '  ', '$IFS', `\${IFS}`, `\${IFS%''}`) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(' >o ', '>o ', ' 2>&1 ', ' </dev/null ', ' <<<x ', ' {fd}>o ', ' &>o ', ' >|o ', ' 2>o', ' 0<&- ')
      .map((text) => (text.endsWith(' ') ? text : `${text} `)),
  },
);

/** The marker with arguments. */
const marker: Text = fc
  .tuple(spelling, blank, spelling, blank, spelling)
  .map(([a, one, b, two, c]) => a(MARKER) + one + b('-rf') + two + c('/'));
const brace = fc.constant(`{${MARKER},-rf,/}`);
const byPath = fc.constant(`./${MARKER} -rf /`);

/** What may stand before a command and changes nothing about what it runs; two blanks between each and the next. */
const PREFIXES = `
  A=1  A='b c'  A="$(echo x)"  A=$(echo x y)  A=\${B:-x y}  A+=1  A[0]=1  A=\`echo x\`  >o  2>&1 <line
  env  env - "PATH=$PATH"  env A=1  env -i "PATH=$PATH"  env -u A  env -uA  env --unset=A  env --uns A  env -C .
  env --chdir=.  env --ignore-signal=INT  env --ignore-signal  env --default-signal=PIPE  env --block-signal
  env --list-signal-handling  env -v  env --debug  env -a x  env --argv0=x
  env -S  env -vS  env -S ""  env --split-string=A=1  env -S'A=1'  env -i -S "PATH=$PATH"
  nohup  nohup --  nice  nice -5  nice --5  nice -n5  nice -n 5  nice -n -5  nice --adjustment=5  nice --adj 5
  nice -+5  nice -n 1 -n 2
  timeout 5  timeout -k 5 10  timeout -s KILL 5s  timeout --signal=KILL 5  timeout --fore 5  timeout --pres -k1 5
  timeout -v 5  timeout -- 5  timeout --kill-after 1 5
  setsid  setsid -w  setsid --wait  setsid --wa
  stdbuf -oL  stdbuf -o L  stdbuf --output=L  stdbuf --out L -e0  stdbuf -i0 -oL
  command  command -p env "PATH=$PATH"  command --  builtin command  builtin eval  command eval  eval  eval --
  exec  exec -a x  exec -a ''  exec -cl env "PATH=$PATH"  exec -a x --  exec -la x  !  coproc
  ionice -c3  ionice -c 3  flock .  taskset -c 0  setarch -R  setpriv --no-new-privs  prlimit --nofile=99  choom -n 0 --
  nice ionice -c3  flock . ionice
`
  .trim()
  .split(/ {2,}|\n\s*/);
const prefix = fc.constantFrom(...PREFIXES).map(
  (words): Wrap =>
    (inner) =>
      `${words} ${inner}`,
);

/** What a command may stand in. */
const ENCLOSURES: readonly Wrap[] = [
  (inner) => `( ${inner} )`,
  (inner) => `(${inner})`,
  (inner) => `{ ${inner}; }`,
  (inner) => `{ ${inner}\n}`,
  (inner) => `if ${inner}; then :; fi`,
  (inner) => `if :; then ${inner}; fi`,
  (inner) => `if ! :; then :; else ${inner}; fi`,
  (inner) => `for i in 1; do ${inner}; done`,
  (inner) => `for i in 1\ndo ${inner}\ndone`,
  (inner) => `for ((i=0;i<1;i++)); do ${inner}; done`,
  (inner) => `while ${inner}; do break; done`,
  (inner) => `until ${inner}; do break; done`,
  (inner) => `case x in x) ${inner} ;; esac`,
  (inner) => `case x in (x) ${inner} ;; esac`,
  (inner) => `case x in y) :;; *) ${inner}; esac`,
  (inner) => `f() { ${inner}; }; f`,
  (inner) => `f() ( ${inner} ); f`,
  (inner) => `function f { ${inner}; }; f`,
  (inner) => `f () { ${inner}; } >o; f`,
  (inner) => `:; ${inner}`,
  (inner) => `:;${inner}`,
  (inner) => `: && ${inner}`,
  (inner) => `:&&${inner}`,
  (inner) => `! : || ${inner}`,
  (inner) => `: | ${inner}`,
  (inner) => `: |& ${inner}`,
  (inner) => `: & ${inner}`,
  (inner) => `:\n${inner}`,
  (inner) => `${inner} | cat`,
  (inner) => `${inner} & wait`,
  (inner) => `${inner} # it's`,
  (inner) => `: # it's "\n${inner}`,
  (inner) => `: # \\\n${inner}`,
  (inner) => `: a#'\n'; ${inner}`,
  (inner) => `: '#'; ${inner}`,
  (inner) => `: <<E\n'\nE\n${inner}`,
  (inner) => `: <<'E'\n"$(\nE\n${inner}`,
  (inner) => `: <<-E\n\t\`\n\tE\n${inner}`,
  (inner) => `: <<<'; #'; ${inner}`,
  (inner) => `((1)); ${inner}`,
  (inner) => `((1>2)) || ${inner}`,
  (inner) => `[[ a == a ]] && ${inner}`,
  (inner) => `: $(${inner})`,
  (inner) => `: "$(${inner})"`,
  (inner) => `: "a $(: ')'; ${inner})"`,
  (inner) => `: $(: \\); ${inner})`,
  (inner) => `: "\${y:-$(${inner})}"`,
  (inner) => `A=$(${inner})`,
  (inner) => `A="x $(${inner}) y" :`,
  (inner) => `: \`${inner.replace(/[`\\$]/g, '\\$&')}\``,
  (inner) => `: "\`${inner.replace(/[`\\$"]/g, '\\$&')}\`"`,
  (inner) => `cat <(${inner})`,
  (inner) => `: >(${inner}); wait`,
  (inner) => `: <<E\n$(${inner})\nE`,
  (inner) => `: $((1 + $(${inner} >/dev/null; echo 1)))`,
  (inner) => `: \${y:=$(${inner})}`,
  (inner) => `>o$(${inner} >&2) :`,
  (inner) => `coproc X { ${inner}; }; wait`,
  (inner) => `coproc X if :; then ${inner}; fi; wait`,
];

/** A text for another shell. */
const SHELLS: readonly Wrap[] = [
  ...[
    'sh -c',
    'bash -c',
    '/bin/sh -c',
    'bash -xc',
    'sh -ec',
    'bash --norc -c',
    'bash -O extglob -c',
    'sh +x -c',
    'bash -c --',
    'sh -c -',
    'env sh -c',
    'exec sh -c',
    'bash -o posix -c',
    'eval',
    'eval --',
  ].flatMap((words): Wrap[] => [(inner) => `${words} ${single(inner)}`, (inner) => `${words} ${double(inner)}`]),
  (inner) => `sh -c '"$@"' - sh -c ${single(inner)}`,
  (inner) => `sh -c 'eval "$1"' - ${single(inner.replaceAll('$@', ''))}`,
  (inner) => `bash <<< ${single(inner)}`,
  (inner) => `bash<<<${double(inner)}`,
  (inner) => `bash -s <<< ${single(inner)}`,
  (inner) => `{ sh; } <<E\n${inner.replace(/[$`\\]/g, '\\$&')}\nE`,
  (inner) => `sh <<'E'\n${inner}\nE`,
  (inner) => `bash <(echo ${single(inner)})`,
  (inner) => `bash --rcfile '' -c ${single(inner)}`,
  (inner) => `echo ${single(inner)} | sh`,
  (inner) => `printf '%s\\n' ${single(inner)} | /bin/sh`,
  (inner) => `echo ${double(inner)} | env bash -s`,
  (inner) => `. /dev/stdin <<< ${single(inner)}`,
  (inner) => `. /dev/stdin <<'E'\n${inner}\nE`,
  (inner) => `trap ${single(inner)} EXIT`,
  (inner) => `trap -- ${double(inner)} 0`,
  (inner) => `s=${single(inner)}; eval "$s"`,
  (inner) => `s=${single(inner)} sh -c 'eval "$s"'`,
  (inner) => `env s=${single(inner)} sh -c 'eval "$s"'`,
  (inner) => `env -S ${double(`sh -c ${single(inner)}`)}`,
  (inner) => `flock . -c ${single(inner)}`,
  (inner) => `find . -maxdepth 0 -exec sh -c ${single(inner)} \\;`,
  (inner) => `$0 -c ${single(inner)}`,
  (inner) => `mapfile -C ${single(`${inner}; :`)} -c 1 x <<< a`,
  (inner) => `exec 4<<<${single(inner)}; . /dev/fd/4`,
  (inner) => `. /proc/self/fd/0 <<< ${single(inner)}`,
  (inner) => `echo ${single(inner)} | s''h`,
  (inner) => `eval "$(printf '%s' ${single(inner)})"`,
];
const enclosure = fc.constantFrom(...ENCLOSURES);
const shell = fc.constantFrom(...SHELLS);

const applied = (wraps: readonly Wrap[], inner: string) => wraps.reduce((text, wrap) => wrap(text), inner);

/** The marker behind variables. */
const VARIABLES = [
  `w=${MARKER}; $w -rf /`,
  `w=${MARKER}; "$w" -rf /`,
  `w=-rf; ${MARKER} $w /`,
  `w='${MARKER} -rf /'; $w`,
  `w=${MARKER} v=-rf; $w $v /`,
  `w=p v=wn; $w$v -rf /`,
  `w=p; \${w}wn -rf /`,
  `set -- ${MARKER} -rf /; "$@"`,
  `export w=${MARKER}; $w -rf /`,
  `sh -c '"$0" "$@"' ${MARKER} -rf /`,
  `f() { "$@"; }; f ${MARKER} -rf /`,
  `f() { ${MARKER} -rf "$1"; }; f /`,
  `function f { $1 -rf /; }; f ${MARKER}`,
  `sh -c '${MARKER} -rf "$1"' _ /`,
  `sh -c '$0 -rf /' ${MARKER}`,
  `set -- /; ${MARKER} -rf "$1"`,
  `for i in ${MARKER}; do $i -rf /; done`,
  `for i in a ${MARKER}; do $i -rf /; done`,
  `w=p; w+=wn; $w -rf /`,
  `w=$'/'; ${MARKER} -rf $w`,
  `w=(/); ${MARKER} -rf "\${w[@]}"`,
  `w=(a ${MARKER}); \${w[1]} -rf /`,
  `: \${w:=/}; ${MARKER} -rf $w`,
  `read w <<< /; ${MARKER} -rf $w`,
  `read w v u <<< '${MARKER} -rf /'; $w $v $u`,
  `printf -v w /; ${MARKER} -rf $w`,
  `alias w=${MARKER}\nw -rf /`,
  `${MARKER}$(:) -rf /`,
  `$(:)${MARKER} -rf /$(:)`,
  `p\`:\`wn -rf /`,
  `printf ':\\n${MARKER} -rf /\\n' | sh`,
  `env 'BASH_FUNC_f%%=() { ${MARKER} -rf /; }' "PATH=$PATH" bash -c f`,
];

/** Command lines that run the marker, or look as if they did. */
export const line: Text = fc
  .tuple(
    fc.oneof(
      { weight: 12, arbitrary: marker },
      { weight: 1, arbitrary: brace },
      { weight: 1, arbitrary: byPath },
      { weight: 1, arbitrary: fc.constantFrom(...VARIABLES) },
    ),
    fc.array(prefix, { maxLength: 2 }),
    fc.array(enclosure, { maxLength: 2 }),
    fc.option(shell, { freq: 2 }),
    fc.array(prefix, { maxLength: 1 }),
    fc.array(enclosure, { maxLength: 1 }),
  )
  .map(([inner, prefixes, enclosures, text, before, around]) => {
    const within = applied(enclosures, applied(prefixes, inner));
    return applied(around, text === null ? within : applied(before, text(within)));
  });

/** Every construct by itself. */
export const everyLine: readonly string[] = [
  ...SPELLINGS.map((spell) => `${spell(MARKER)} ${spell('-rf')} ${spell('/')}`),
  ...PREFIXES.map((words) => `${words} ${MARKER} -rf /`),
  ...[...ENCLOSURES, ...SHELLS].map((wrap) => wrap(`${MARKER} -rf /`)),
  ...VARIABLES,
  ...['$IFS', `\${IFS}`, `\${IFS%''}`].map((gap) => `${MARKER}${gap}-rf${gap}/`),
  `{${MARKER},-rf,/}`,
];
