/** Names that `greenloop complete KIND` prints. */
export type ValueKind = 'models' | 'presets' | 'benchmarks' | 'runs';

/** What completion has to know of a command. */
export interface CompletedCommand {
  /** `runs show`; empty of the program itself. */
  readonly path: string;
  readonly description: string;
  readonly subcommands: readonly string[];
  readonly options: readonly {
    readonly flags: readonly string[];
    readonly description: string;
    /** What may follow: some words, names of a kind, a file, or nothing. */
    readonly value: readonly string[] | ValueKind | 'files' | null;
  }[];
  /** What its first argument is; null where that is a file or nothing. */
  readonly argument: ValueKind | null;
}

type OptionValue = CompletedCommand['options'][number]['value'];

/** A script for bash: commands and options are in it, names are asked for. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  return `# Completion of greenloop for bash.
_greenloop() {
  local cur prev path="" word words=""
  COMPREPLY=()
  cur="\${COMP_WORDS[COMP_CWORD]}"
  prev="\${COMP_WORDS[COMP_CWORD-1]}"
  # Names of models hold colons, at which bash splits words.
  if declare -F _get_comp_words_by_ref >/dev/null; then _get_comp_words_by_ref -n : cur prev; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${commands
  .filter(({ path }) => path !== '')
  .map(({ path }) => `      "${parentOf(path)} ${lastOf(path)}") path="${path}" ;;`)
  .join('\n')}
    esac
  done
  case "$path:$prev" in
${commands.flatMap(bashValues).join('\n')}
  esac
  if [[ -z $words ]]; then
    case "$path" in
${commands.map(bashWords).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  if declare -F __ltrim_colon_completions >/dev/null; then __ltrim_colon_completions "$cur"; fi
}
complete -o default -F _greenloop greenloop
`;
}

/** The same for zsh, by its own support of bash's way. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef greenloop
autoload -U +X compinit && (( \${+functions[compdef]} )) || compinit
autoload -U +X bashcompinit && bashcompinit
${bashScript(commands)}`;
}

/** The same for fish. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap((command) => [...fishSubcommands(command, commands), ...fishOptions(command)]);
  return `# Completion of greenloop for fish.\n${lines.join('\n')}\n`;
}

function parentOf(path: string): string {
  return path.split(' ').slice(0, -1).join(' ');
}

function lastOf(path: string): string {
  return path.split(' ').at(-1) ?? '';
}

function bashValues({ path, options }: CompletedCommand): string[] {
  return options.flatMap(({ flags, value }) => {
    const words = bashWordsOf(value);
    const cases = flags.map((flag) => `"${path}:${flag}"`).join('|');
    return words === null ? [] : [`    ${cases}) ${words} ;;`];
  });
}

/** What to offer after an option: names, or nothing, so that bash offers files. */
function bashWordsOf(value: OptionValue): string | null {
  if (value === null) return null;
  if (value === 'files') return 'return';
  return typeof value === 'string' ? `words="$(${asked(value)})"` : `words="${value.join(' ')}"`;
}

function bashWords({ path, subcommands, options, argument }: CompletedCommand): string {
  const flags = options.flatMap((option) => option.flags).join(' ');
  const names = argument === null ? subcommands.join(' ') : `$(${asked(argument)})`;
  return `      "${path}") if [[ $cur == -* ]]; then words="${flags}"; else words="${names}"; fi ;;`;
}

function asked(kind: ValueKind): string {
  return `greenloop complete ${kind} 2>/dev/null`;
}

function fishSubcommands({ path, subcommands }: CompletedCommand, commands: readonly CompletedCommand[]): string[] {
  return subcommands.map((name) => {
    const description = commands.find((one) => one.path === `${path} ${name}`.trim())?.description ?? '';
    const when = path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${path}`;
    return `complete -c greenloop -f -n "${when}" -a ${name} -d ${quoted(description)}`;
  });
}

function fishOptions({ path, options, argument }: CompletedCommand): string[] {
  const when = path === '' ? '' : ` -n "__fish_seen_subcommand_from ${lastOf(path)}"`;
  const lines = options.map(({ flags, description, value }) => {
    const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
    return `complete -c greenloop${when} ${names.join(' ')}${fishValue(value)} -d ${quoted(description)}`;
  });
  return argument === null ? lines : [...lines, `complete -c greenloop -f${when} -a "(${asked(argument)})"`];
}

function fishValue(value: OptionValue): string {
  if (value === null) return '';
  if (value === 'files') return ' -r';
  return typeof value === 'string' ? ` -x -a "(${asked(value)})"` : ` -x -a "${value.join(' ')}"`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
