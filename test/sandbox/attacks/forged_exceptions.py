# Tries: exception records of all kinds and wrong forms.
# Held: raised out-of-memory crashed
# Variants: 16
# With: channel
RECORD = {"type": "ValueError", "base": "ValueError", "message": "m", "traceback": "t", "line": 1, "locals": {}, "phase": "check"}
DEEP = []
for _ in range(60):
    DEEP = [DEEP, DEEP]
CHANGES = [
    {"base": "StopIteration"}, {"base": "SystemExit"}, {"base": "Deadline"}, {"base": "EndOfRun"}, {"base": "CandidateGone"},
    {"base": "Exception", "type": "passed"}, {"base": "MemoryError", "type": "MemoryError"}, {"type": 5}, {"message": DEEP},
    {"message": 10 ** 5000}, {"line": 10 ** 5000}, {"locals": [1]}, {"locals": {"a": DEEP}}, {"phase": "compile"},
    {"base": []}, None,
]
change = CHANGES[VARIANT]
record = None if change is None else {**RECORD, **change}
pretend(lambda request: send(pickle.dumps(("raised", record, ""), 4)))
