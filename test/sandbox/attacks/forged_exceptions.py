# Tries: exceptions whose records, classes, arguments and parts are of all kinds and wrong forms.
# Held: raised out-of-memory crashed
# Variants: 30
# With: channel
RECORD = {"type": "ValueError", "message": "m", "traceback": "t", "line": 1, "locals": {}, "phase": "check"}
DEEP = []
for _ in range(60):
    DEEP = [DEEP, DEEP]
RECORDS = [
    {"type": "passed"}, {"type": "MemoryError"}, {"type": 5}, {"message": DEEP}, {"message": 10 ** 5000}, {"line": 10 ** 5000},
    {"locals": [1]}, {"locals": {"a": DEEP}}, {"phase": "compile"}, {"type": []}, None,
]
def error(kind="ValueError", arguments=(), own={}, text="t", inner=(), behind=None, number=1):
    return Mark("error", number, kind, arguments, own, text, inner, behind)
CLASS = Mark("class", 9, "End", (), (), None, ("BaseException",))
ERRORS = [
    error("StopIteration"), error("SystemExit", (0,)), error("SystemExit"), error("GeneratorExit"), error("KeyboardInterrupt"),
    error("End"), error("object"), error("BaseException"), error(CLASS), error(5), error("UnicodeDecodeError", ("x",)),
    error("ValueError", 5), error("ValueError", (), {"__class__": 1, "args": 5, "_greenloop_record_": {}, "__dict__": {}}),
    error("ExceptionGroup", ("g",), {}, "t", (1, 2)), error("ExceptionGroup", (), {}, "t", (error(number=2),)),
    error("ValueError", (), {}, "t", (), 5), error("ValueError", (), {}, 5), error(number="x"), error(number=-1),
]
if VARIANT < len(RECORDS):
    change = RECORDS[VARIANT]
    record, raised = None if change is None else {**RECORD, **change}, error()
else:
    record, raised = RECORD, ERRORS[VARIANT - len(RECORDS)]
pretend(lambda request: answer(raised, "raised", details=record))
