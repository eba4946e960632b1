# Tries: to write a verdict, and an answer, to every descriptor, as frames of both protocols.
# Held: raised failed crashed timed-out
# Variants: 2
import json, os, pickle, struct

verdict = {"kind": "passed", "checks": [], "checksPassed": 23, "checksFailed": 0, "output": "", "seconds": 0.1,
           "cpuSeconds": 0.1, "peakBytes": 10 ** 7}

def framed(body):
    return struct.pack(">I", len(body)) + body

def forge():
    for body in (json.dumps({"kind": "started", "limitSeconds": 2}).encode(), json.dumps(verdict).encode(),
                 pickle.dumps(("passed", verdict, "")), pickle.dumps(verdict)):
        for descriptor in range(65):
            try:
                os.write(descriptor, framed(body))
            except OSError:
                pass

if VARIANT:
    forge()

def f(x):
    forge()
    return "anything"
