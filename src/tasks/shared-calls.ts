/** Functions that set or read what all code of a process shares, by module; `*` stands for all functions of one. */
const SHARED: Readonly<Record<string, string>> = {
  'anyio asyncio contextvars curio trio': '*',
  'concurrent.futures': 'ProcessPoolExecutor ThreadPoolExecutor',
  'multiprocessing subprocess _thread': '*',
  threading: 'Thread Timer setprofile settrace stack_size excepthook',
  contextlib: 'chdir redirect_stderr redirect_stdin redirect_stdout',
  random: 'seed setstate',
  'numpy.random': 'seed set_state',
  numpy: 'errstate printoptions set_printoptions seterr seterrcall',
  pandas: 'option_context reset_option set_option',
  torch: 'manual_seed set_default_dtype',
  decimal: 'getcontext localcontext setcontext',
  warnings: 'catch_warnings filterwarnings resetwarnings simplefilter',
  logging: 'addLevelName basicConfig captureWarnings disable getLogger setLogRecordFactory setLoggerClass shutdown',
  'logging.config': '*',
  locale: 'bindtextdomain setlocale textdomain',
  gettext: 'bindtextdomain install textdomain',
  signal: 'alarm pause pthread_kill raise_signal setitimer set_wakeup_fd siginterrupt signal',
  sys:
    '_getframe addaudithook set_asyncgen_hooks set_coroutine_origin_tracking_depth set_int_max_str_digits setprofile ' +
    'setrecursionlimit setswitchinterval settrace',
  gc: 'collect disable enable freeze set_debug set_threshold unfreeze',
  'faulthandler tracemalloc inspect mock freezegun time_machine': '*',
  time: 'tzset',
  importlib: 'invalidate_caches reload',
  atexit: 'register unregister',
  codecs: 'open register register_error',
  copyreg: 'pickle',
  csv: 'field_size_limit register_dialect unregister_dialect',
  mimetypes: 'add_type init',
  socket: 'setdefaulttimeout',
  builtins: 'open',
  io: 'FileIO open open_code',
  os:
    'access chdir chmod chown close dup dup2 fchdir fdopen fork kill link listdir makedirs mkdir mkfifo open pipe popen putenv ' +
    'read readlink remove removedirs rename renames replace rmdir scandir stat lstat symlink system truncate umask unlink ' +
    'unsetenv utime walk write',
  'os.path': 'exists getmtime getsize isdir isfile islink lexists samefile',
  'glob tempfile shutil shelve dbm fileinput filecmp mmap': '*',
  'bz2 gzip lzma tarfile': 'open',
  sqlite3: 'connect',
  zipfile: 'ZipFile is_zipfile',
};

const SHARED_FUNCTIONS: ReadonlySet<string> = new Set(
  Object.entries(SHARED).flatMap(([modules, names]) =>
    modules.split(' ').flatMap((module) => names.split(' ').map((name) => `${module}.${name}`)),
  ),
);

/** Methods of `pathlib.Path` that look at files. */
const OF_A_PATH = new Set(
  (
    'chmod exists glob is_dir is_file iterdir lstat mkdir open read_bytes read_text rename replace rglob rmdir stat ' +
    'symlink_to touch unlink write_bytes write_text'
  ).split(' '),
);

/** Methods that change lists, dicts, sets and deques. */
const MUTATORS = new Set(
  (
    'add append appendleft clear difference_update discard extend extendleft insert intersection_update move_to_end pop popitem ' +
    'popleft remove reverse setdefault sort update __delitem__ __setitem__'
  ).split(' '),
);

/** True for the call of a function that sets or reads what all code of a process shares: `random.seed`, `builtins.open`. */
export function isCallOfSharedState(path: string): boolean {
  const parts = path.split('.');
  const isOfFiles = /^pathlib\.(?:Path|PosixPath)\b.*\.(\w+)$/.exec(path);
  if (isOfFiles !== null) return OF_A_PATH.has(isOfFiles[1]!);
  if (SHARED_FUNCTIONS.has(path)) return true;
  return parts.some((_, count) => count > 0 && SHARED_FUNCTIONS.has(`${parts.slice(0, count).join('.')}.*`));
}

/** True for a method that changes the list, dict or set that it is called on. */
export function isMutator(method: string): boolean {
  return MUTATORS.has(method);
}
