# Tries: to forge what the judge hears, by the device that leads to it and by those of other processes, and to make it deaf.
# Held: crashed raised failed timed-out
# Variants: 7
import json, os, pickle, stat, struct

VERDICT = json.dumps({"kind": "passed", "checks": [], "checksPassed": 23, "checksFailed": 0, "output": "", "seconds": 0.1,
                      "cpuSeconds": 0.1, "peakBytes": None}).encode()
FRAMES = [VERDICT, b"v" + struct.pack(">I", len(VERDICT) + 4) + struct.pack(">I", len(VERDICT)) + VERDICT,
          b"u" + struct.pack(">I", 2) + b"{}", pickle.dumps(("passed", VERDICT, "", None))]

def forge(descriptor):
    for frame in FRAMES:
        os.write(descriptor, struct.pack(">I", len(frame)) + frame)
        os.write(descriptor, frame)

def f(x):
    if VARIANT == 0:
        forge(os.open("/dev/judge", os.O_RDWR))
    if VARIANT == 1:
        forge(os.dup(3))
    if VARIANT == 2:
        for name in ("greenloop", "control", "clock", "candidate"):
            try:
                forge(os.open(f"/dev/{name}", os.O_RDWR | os.O_CREAT))
            except OSError:
                pass
    if VARIANT == 3:
        os.dup2(os.open("/lib/python314.zip", os.O_RDONLY), 3)
    if VARIANT == 4:
        os.unlink("/dev/judge")
    if VARIANT == 5:
        os.mknod("/tmp/device", stat.S_IFCHR | 0o666, os.makedev(200, 0))
        forge(os.open("/tmp/device", os.O_RDWR))
    if VARIANT == 6:
        os.read(os.open("/dev/judge", os.O_RDWR), 1)
    return "anything"
