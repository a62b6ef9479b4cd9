/**
 * Variables that choose which program runs, or put code into it, as globs without regard to case. A command that sets
 * one is not the command that a grant speaks of. Wider than any list of known ones: a grant refused costs little.
 */
const CHOOSING: readonly string[] = [
  // Shells and the loader.
  ...['*PATH', 'PATHEXT', '*SHELL', 'COMSPEC', 'ENV', 'IFS', 'BASH*', 'ZDOTDIR', 'PS[0-9]', 'PROMPT*'],
  ...['LD_*', 'DYLD_*', 'GLIBC_*', '*PRELOAD*', '*HOME', 'XDG_*'],
  // Options, start files and programs that a tool takes from its surroundings.
  ...['*OPTS', '*OPTIONS', '*_ARGS', '*FLAGS', '*_RC', '*VIMRC', 'INPUTRC', 'PSQLRC', 'WGETRC', 'SCREENRC'],
  ...['*INIT', '*_CONFIG', '*_CONFIG_*', '*CONF', 'KUBECONFIG', 'LESS*', 'MORE', '*PAGER', '*EDITOR', 'VISUAL'],
  ...['BROWSER', '*ASKPASS', '*_RSH', '*_SSH', 'SSH_*', '*COMMAND', '*_CMD', '*_PROGRAM', '*_PROG', '*_EXEC'],
  ...['*WRAPPER', '*_BINARY', '*_EXECUTABLE', '*_HOOK*', '*_PLUGIN*', 'DOCKER_HOST', 'OPENSSL_*', 'GTK_*', 'QT_*'],
  // Languages, and what builds and installs.
  ...['GIT_*', 'HG*', 'SVN_*', 'RSYNC_*', 'CVS_*', 'NODE_REPL_*', 'NPM_*', 'PNPM_*', 'YARN_*', 'BUN_*', 'DENO_*'],
  ...['COREPACK_*', 'PYTHON*', 'PIP_*', 'UV_*', 'POETRY_*', 'PERL*', 'RUBY*', 'GEM_*', 'BUNDLE_*', 'RAKE*', 'PHP*'],
  ...['LUA*', 'TCL*', 'EMACS*', 'JAVA_*', '_JAVA*', 'JDK_*', 'MAVEN_*', 'GRADLE_*', 'DOTNET_*', 'COR_*', 'CORECLR_*'],
  ...['CARGO_*', 'RUSTC*', 'RUSTDOC*', 'RUSTUP_*', 'GOROOT', 'GOENV', 'GOBIN', 'GOPROXY', 'GOTOOL*', 'CGO_*'],
  ...['CMAKE_*', 'MAKE*', 'CC', 'CXX', 'CPP', 'LD', 'AR', 'AS', 'FC', 'NM', 'RANLIB', 'STRIP', 'OBJCOPY', '*_CC'],
  ...['*_CXX', '*_LINKER', 'TF_CLI_*', 'ANSIBLE_*', 'HELM_*'],
];

const NAMES = new RegExp(`^(?:${CHOOSING.join('|').replaceAll('*', '.*')})$`, 'is');

/** Whether setting the variable may change what a command by some name does. */
export function choosesPrograms(name: string): boolean {
  return NAMES.test(name);
}
