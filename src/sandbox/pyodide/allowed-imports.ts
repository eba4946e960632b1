/** Functions of Emscripten that Python's code may call once it runs programs: files in memory, time, memory, the end. */
const ALLOWED = [
  ...'fd_close fd_read fd_pread fd_fdstat_get fd_sync clock_time_get clock_res_get random_get'.split(' '),
  ...'environ_get environ_sizes_get __syscall_openat __syscall_stat64 __syscall_fstat64 __syscall_lstat64'.split(' '),
  ...'__syscall_newfstatat __syscall_getcwd __syscall_getdents64 __syscall_faccessat __syscall_readlinkat'.split(' '),
  ...'_try_fcntl64 __syscall_poll _maybe_poll_async __syscall_statfs64'.split(' '),
  ...'__syscall_fstatfs64 __syscall_getuid32_js __syscall_fadvise64 _tzset_js _timegm_js _mktime_js _localtime_js'.split(
    ' ',
  ),
  ...'_gmtime_js emscripten_date_now emscripten_get_now emscripten_resize_heap emscripten_get_heap_max'.split(' '),
  ...'_Py_CheckEmscriptenSignals_Helper _Py_emscripten_runtime _PyEM_TrampolineCall_JS __call_sighandler'.split(' '),
  ...'emscripten_runtime_keepalive_push emscripten_runtime_keepalive_pop _emscripten_runtime_keepalive_clear'.split(
    ' ',
  ),
];

/** Allowed too, but what they leave stays when memory is put back. */
const LEAVING = [
  ...'fd_pwrite __syscall_dup __syscall_dup3 __syscall_mkdirat __syscall_unlinkat __syscall_rmdir'.split(' '),
  ...'__syscall_renameat __syscall_ftruncate64 __syscall_truncate64 __syscall_utimensat __syscall_fdatasync'.split(' '),
  ...'__syscall_chdir __syscall_fchdir __syscall_pipe __syscall_umask_js _mmap_js _munmap_js _msync_js'.split(' '),
];

/** Answered with EPERM, as the native sandbox answers. */
const REFUSED = [
  ...'__syscall_chmod __syscall_fchmod __syscall_fchmodat2 __syscall_fchownat __syscall_fchown32'.split(' '),
  ...'__syscall_symlinkat __syscall_mknodat __syscall_fallocate __syscall_socket __syscall_accept4 __syscall_bind'.split(
    ' ',
  ),
  ...'__syscall_connect __syscall_getpeername __syscall_getsockname __syscall_getsockopt __syscall_listen'.split(' '),
  ...'__syscall_recvfrom __syscall_recvmsg __syscall_sendmsg __syscall_sendto'.split(' '),
];

/** What programs may well want, and get nowhere in Pyodide; each with the words for it. */
const MISSING: Readonly<Record<string, string>> = {
  _emscripten_system: 'starting a process',
  _setitimer_js: 'a timer that sends signals',
  ffi_call_js: 'ctypes',
  ffi_closure_alloc_js: 'ctypes',
  ffi_prep_closure_loc_js: 'ctypes',
  _dlopen_js: 'loading a library',
  _dlsym_js: 'loading a library',
};

/** These end the process; their first parameter is the exit code. */
export const EXITS = ['exit', 'proc_exit'];

export type ImportRule = 'allowed' | 'leaving' | 'refused' | 'forbidden' | { readonly missing: string };

const RULES = new Map<string, ImportRule>([
  ...ALLOWED.map((name) => [name, 'allowed'] as const),
  ...LEAVING.map((name) => [name, 'leaving'] as const),
  ...REFUSED.map((name) => [name, 'refused'] as const),
  ...Object.entries(MISSING).map(([name, missing]) => [name, { missing }] as const),
]);

/** What holds for a function that WebAssembly code imports; whatever is not listed is forbidden, JavaScript's objects among it. */
export function ruleOf(name: string): ImportRule {
  return RULES.get(name) ?? 'forbidden';
}

const EPERM = 63;
export const REFUSAL = -EPERM;
