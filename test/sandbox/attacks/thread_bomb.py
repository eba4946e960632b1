# Tries: to start threads without end, with stacks as small as can be.
# Held: passed
# Tests: nothing
import threading
threading.stack_size(32768)

def f():
    event, threads = threading.Event(), []
    try:
        while len(threads) < 2000:
            threads.append(threading.Thread(target=event.wait, daemon=True))
            threads[-1].start()
    except RuntimeError:
        return []
    return ["2000 threads"]
