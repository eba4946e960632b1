import { test } from 'node:test';
import { assertPasses } from '../runs.ts';
import type { Opened } from '../sandbox-contract.ts';

/** What right programs do with files in their folder. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'a database of sqlite in a temporary folder': `import os, sqlite3, tempfile
def f(x):
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(os.path.join(folder, "x.db"))
        db.execute("create table t(a)")
        db.execute("insert into t values(?)", (x,))
        db.commit()
        return db.execute("select a from t").fetchone()[0] * x
`,
  'a database of sqlite opened twice, in every journal mode': `import os, sqlite3
def f(x):
    for mode in ("delete", "truncate", "persist", "wal", "memory", "off"):
        name = f"{mode}{x}.db"
        one = sqlite3.connect(name)
        one.execute(f"pragma journal_mode={mode}")
        one.execute("create table t(a)")
        one.executemany("insert into t values(?)", [(i,) for i in range(200)])
        one.commit()
        two = sqlite3.connect(name)
        two.execute("update t set a = a + 1")
        two.commit()
        assert one.execute("select sum(a) from t").fetchone()[0] == 20100
        one.close()
        two.close()
        again = sqlite3.connect(f"file:{name}?mode=ro", uri=True)
        assert again.execute("select count(*) from t").fetchone()[0] == 200
        again.close()
    return x * x
`,
  'copies, archives and removes': `import os, pathlib, shutil, tempfile, zipfile
def f(x):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "a" / "b.txt"
        path.parent.mkdir()
        path.write_text(str(x))
        shutil.copy(path, path.with_name("c.txt"))
        shutil.copy2(path, path.with_name("d.txt"))
        shutil.copytree(path.parent, path.parent.with_name("e"))
        os.chmod(path, 0o600)
        path.touch()
        with zipfile.ZipFile(os.path.join(folder, "z.zip"), "w") as archive:
            archive.write(path, "b.txt")
        with zipfile.ZipFile(os.path.join(folder, "z.zip")) as archive:
            archive.extractall(os.path.join(folder, "out"))
        shutil.rmtree(path.parent)
        return int((pathlib.Path(folder) / "out" / "b.txt").read_text()) * int((pathlib.Path(folder) / "e" / "d.txt").read_text())
`,
  'locks on its own files': `import fcntl, os, struct
def f(x):
    with open("lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.fcntl(file, fcntl.F_SETLK, struct.pack("hhqqi", fcntl.F_WRLCK, 0, 0, 0, 0))
        os.lockf(file.fileno(), os.F_LOCK, 0)
        fcntl.lockf(file, fcntl.LOCK_UN)
    with open("lock") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        fcntl.lockf(file, fcntl.LOCK_SH)
    return x * x
`,
  'a home folder that is asked for': `import os, pathlib
def f(x):
    os.path.expanduser("~/a")
    os.path.expanduser("~nobody/a")
    return x * x
`,
};

/** What programs do with files of their own works, in every sandbox. */
export function testScratchFiles(sandbox: Opened): void {
  for (const [name, code] of Object.entries(PROGRAMS))
    test(`files of a program: ${name}`, async () => {
      await assertPasses(sandbox(), { code, checks: 'assert f(3) == 9\nassert f(4) == 16' });
    });
}
