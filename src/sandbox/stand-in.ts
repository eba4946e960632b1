/** Python that defines every name as an object with which nearly everything can be done, and nothing of any use comes of it. */
const STAND_IN = `class _StandIn:
    __name__ = __qualname__ = "stand_in"

    def __init__(self, *given, **named):
        pass

    def _same(self, *given, **named):
        return self

    def _raise_stop(self):
        raise StopIteration

    __call__ = __getattr__ = __getitem__ = __iter__ = __enter__ = __neg__ = __abs__ = __round__ = _same
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _same
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __and__ = __or__ = __xor__ = _same
    __next__ = _raise_stop
    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = lambda self, other: True
    __setitem__ = __delitem__ = __exit__ = lambda self, *given: None
    __len__ = __int__ = __index__ = lambda self: 0
    __float__ = lambda self: 0.0


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return _StandIn
`;

/** A module that stands in for any candidate, to see what a test file does whatever the code is. */
export function standInFor(entryPoint: string): string {
  return /^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(entryPoint)
    ? `${STAND_IN}\n\n${entryPoint} = _StandIn\n`
    : STAND_IN;
}

/** Whether two texts on what is broken in a file say the same of it, wherever its objects lie in memory. */
export function isSameProblem(one: string, other: string): boolean {
  return withoutAddresses(one) === withoutAddresses(other);
}

function withoutAddresses(text: string): string {
  return text.replaceAll(/0x[0-9a-f]{1,16}/gi, '0x');
}
