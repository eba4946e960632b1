const NOT_RAISED = new Set(['AssertionError', 'NoCode', 'Timeout', 'MemoryError', 'Crash']);
const SYNTAX_ERRORS = new Set(['SyntaxError', 'IndentationError', 'TabError']);

/** Whether an error type (as `errorType` names it) is of valid Python that raised an exception: NameError, TypeError and the like. */
export function isRuntimeError(type: string): boolean {
  return !NOT_RAISED.has(type) && !SYNTAX_ERRORS.has(type);
}
