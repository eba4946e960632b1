# Tries: to fork without end.
# Held: timed-out
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
