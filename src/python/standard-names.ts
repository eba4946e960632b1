/** Names that code written without its imports means by themselves, by the standard module that they come from. */
const MEMBERS: Readonly<Record<string, string>> = {
  abc: 'ABC ABCMeta abstractmethod',
  ast: 'literal_eval',
  bisect: 'bisect bisect_left bisect_right insort insort_left insort_right',
  collections: 'ChainMap Counter OrderedDict UserDict UserList UserString defaultdict deque namedtuple',
  contextlib: 'contextmanager redirect_stdout suppress',
  copy: 'copy deepcopy',
  dataclasses: 'asdict astuple dataclass field',
  datetime: 'date datetime timedelta timezone',
  decimal: 'Decimal ROUND_DOWN ROUND_HALF_EVEN ROUND_HALF_UP ROUND_UP getcontext localcontext',
  enum: 'Enum Flag IntEnum auto',
  fractions: 'Fraction',
  functools: 'cache cached_property cmp_to_key lru_cache partial reduce singledispatch total_ordering wraps',
  hashlib: 'md5 sha1 sha256 sha512',
  heapq: 'heapify heappop heappush heappushpop heapreplace nlargest nsmallest',
  inspect: 'getsource isfunction signature',
  io: 'BytesIO StringIO',
  itertools:
    'accumulate batched chain combinations combinations_with_replacement compress count cycle dropwhile filterfalse ' +
    'groupby islice pairwise permutations product repeat starmap takewhile tee zip_longest',
  math:
    'acos acosh asin asinh atan atan2 atanh ceil comb copysign cos cosh degrees dist erf exp fabs factorial floor fmod ' +
    'frexp fsum gamma gcd hypot inf isclose isfinite isinf isnan isqrt lcm ldexp log log10 log1p log2 modf nan perm pi ' +
    'prod radians sin sinh sqrt tan tanh tau trunc',
  operator: 'add and_ attrgetter floordiv itemgetter methodcaller mod mul neg or_ sub truediv xor',
  pathlib: 'Path',
  random: 'choice choices randint random randrange sample shuffle uniform',
  re: 'IGNORECASE MULTILINE findall finditer fullmatch',
  statistics: 'fmean harmonic_mean mean median median_high median_low mode multimode pstdev pvariance stdev variance',
  string:
    'ascii_letters ascii_lowercase ascii_uppercase capwords digits hexdigits octdigits printable punctuation whitespace',
  sys: 'maxsize setrecursionlimit',
  time: 'perf_counter sleep',
  types: 'FunctionType SimpleNamespace',
  typing:
    'Any AnyStr AsyncIterator Awaitable Callable ClassVar Collection Container Coroutine DefaultDict Deque Dict Final ' +
    'FrozenSet Generator Generic Hashable Iterable Iterator List Literal Mapping MutableMapping MutableSequence ' +
    'MutableSet NamedTuple NewType NoReturn Optional Protocol Reversible Self Sequence Set Sized SupportsFloat ' +
    'SupportsInt Text Tuple Type TypeVar TypedDict Union cast overload',
  uuid: 'uuid4',
};

/** Standard modules that code uses by name. */
const MODULES: ReadonlySet<string> = new Set(
  [
    ...Object.keys(MEMBERS),
    ...'argparse array asyncio atexit base64 binascii builtins calendar cmath codecs colorsys configparser csv'.split(
      ' ',
    ),
    ...'ctypes difflib dis email errno fnmatch gc getpass glob gzip hmac html http importlib ipaddress itertools'.split(
      ' ',
    ),
    ...'json keyword linecache locale logging lzma marshal mimetypes multiprocessing numbers os pdb pickle'.split(' '),
    ...'platform pprint queue secrets select shelve shlex shutil signal socket sqlite3 ssl stat struct'.split(' '),
    ...'subprocess symtable sysconfig tarfile tempfile textwrap threading timeit tokenize traceback tracemalloc'.split(
      ' ',
    ),
    ...'unicodedata unittest urllib warnings weakref xml zipfile zlib zoneinfo collections concurrent'.split(' '),
  ].sort(),
);

const HOMES: ReadonlyMap<string, string> = new Map(
  Object.keys(MEMBERS).flatMap((module) => membersOf(module).map((name) => [name, module] as const)),
);

/** True for a module of the standard library that code is likely to name. */
export function isStandardModule(name: string): boolean {
  return MODULES.has(name);
}

/** The well-known names of a standard module; empty for any other module. */
export function membersOf(module: string): string[] {
  return Object.hasOwn(MEMBERS, module) ? MEMBERS[module]!.split(' ') : [];
}

/**
 * The import statement that gives a free name its usual standard meaning, or null. Where a module and one of its members
 * share a name (`datetime`, `copy`, `bisect`), the way the source uses it decides.
 */
export function standardImport(name: string, source: string): string | null {
  const home = HOMES.get(name);
  const isModule = MODULES.has(name);
  if (home === undefined) return isModule ? `import ${name}` : null;
  return isModule && usesAsModule(name, source) ? `import ${name}` : `from ${home} import ${name}`;
}

function usesAsModule(name: string, source: string): boolean {
  if (name === 'datetime') return /\bdatetime\s*\.\s*(?:date|datetime|time|timedelta|timezone)\b\s*[(.]/.test(source);
  return new RegExp(`\\b${name}\\s*\\.\\s*[A-Za-z_]`).test(source);
}
