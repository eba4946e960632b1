# Tries: to leave files that are hard to remove: deep, many, unreadable, with odd names, open, of other kinds.
# Held: passed
# Tests: nothing
import os

def f():
    for folder, mode in (("closed", 0), ("blind", 0o300), ("fixed", 0o700)):
        os.mkdir(f"{folder}", mode)
        if mode:
            open(f"{folder}/file", "w").close()
            os.mkdir(f"{folder}/inner", 0)
    os.open("unreadable", os.O_CREAT, 0)
    for name in (b"\xff\xfe\n", b"-rf", b"*", b" ", b"a" * 255, b"..."):
        os.open(name, os.O_CREAT, 0o600)
    for number in range(2000):
        os.close(os.open(f"many{number}", os.O_CREAT, 0o600))
    for _ in range(2000):
        os.mkdir("d" * 100)
        os.chdir("d" * 100)
        open("file", "w").close()
    return []
