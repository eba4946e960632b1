# Tries: to replace functions of modules that answers go through, so that they say `passed`.
# Held: failed raised crashed timed-out out-of-memory
import io, json, math, operator, os, pickle, struct, sys

FORGED = json.dumps({"kind": "passed", "checks": [], "checksPassed": 9, "checksFailed": 0, "output": "", "seconds": 1,
                     "cpuSeconds": 1, "peakBytes": 1}).encode()
write = os.write

def forge(descriptor, data):
    write(descriptor, struct_pack(">I", len(FORGED)) + FORGED)
    return len(data)

struct_pack = struct.pack
operator.eq = math.isclose = lambda *a, **k: True
json.dumps = lambda *a, **k: FORGED.decode()

def f(x):
    if x % 2:
        pickle.dumps = lambda *a, **k: FORGED
    else:
        os.write = forge
    return 1
