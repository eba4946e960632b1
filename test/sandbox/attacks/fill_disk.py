# Tries: to fill the disk: with one file, with many, with a file full of holes.
# Held: passed
# Tests: nothing
import os

def f():
    written = 0
    try:
        for number in range(200):
            with open(f"file{number}", "wb") as file:
                try:
                    while True:
                        written += file.write(bytes(1 << 18))
                        file.flush()
                except OSError:
                    pass
    except OSError:
        pass
    done = [] if written <= 80 << 20 else [f"{written} bytes"]
    try:
        with open("holes", "wb") as file:
            file.truncate(10 ** 10)
        done.append("holes")
    except OSError:
        pass
    return done
