import hashlib
import json
import subprocess
import sys
import unittest
from pathlib import Path
from random import Random

from benchmark import HARD, MINI, PLAIN, benchmark_tasks, line_of
from broken import MISTAKES, broken_variant
from draw import Draw
from families import FAMILIES
from rows import training_tasks
from split import canonical, has_leaked, part_of, traces
from task import HIDDEN, function_of, make_task

STARTER = Path(__file__).resolve().parent.parent.parent


def tasks_from(seeds):
    return [task for task in map(make_task, seeds) if task is not None]


def passes(code, asserts):
    """True where all asserts hold; the code comes from this folder and ends."""
    names = {}
    try:
        exec(code, names)
        for line in asserts:
            exec(line, names)
    except Exception:
        return False
    return True


def shown(task, code, example):
    """What an example's call gives as text; None where it raises."""
    call = example.removeprefix('assert ').rpartition(' == ')[0]
    try:
        return repr(eval(call, {task.entry_point: function_of(code, task.entry_point)}))
    except Exception:
        return None


class Generator(unittest.TestCase):
    def test_one_seed_gives_the_same_bytes_in_another_process(self):
        program = ('from task import make_task\n'
                   'print([task and (task.prompt, task.reference, task.cases) for task in map(make_task, range(40))])')
        outputs = {subprocess.run([sys.executable, '-c', program], cwd=STARTER / 'train', capture_output=True, check=True,
                                  env={'PYTHONHASHSEED': seed}).stdout for seed in ('1', '2')}
        self.assertEqual(len(outputs), 1)

    def test_every_family_is_drawn_and_every_reference_passes_its_tests(self):
        tasks = tasks_from(range(500))
        self.assertEqual({task.family for task in tasks}, set(FAMILIES))
        for task in tasks:
            self.assertTrue(passes(task.reference, task.cases), task.reference)
            self.assertIn(len(task.examples), (2, 3))
            self.assertEqual(len(task.tests), HIDDEN)
            self.assertEqual(len(set(task.cases)), len(task.cases))
        shares = [len(task.examples) == 3 for task in tasks]
        self.assertTrue(0.4 < sum(shares) / len(shares) < 0.6)

    def test_the_prompt_shows_the_examples_and_no_hidden_test(self):
        for task in tasks_from(range(200)):
            for case in task.examples:
                self.assertIn(case.removeprefix('assert ').split(' == ')[0], task.prompt)
            for case in task.tests:
                self.assertNotIn(f'>>> {case.removeprefix("assert ").split(") == ")[0]})\n', task.prompt)


class Unsaid(unittest.TestCase):
    def test_every_other_program_that_the_sentence_allows_shows_something_else_in_an_example(self):
        tasks = [task for task in tasks_from(range(600)) if task.others]
        self.assertTrue(0.25 < len(tasks) / 600 < 0.5)
        for task in tasks:
            self.assertNotIn(task.reference, task.others)
            for other in task.others:
                self.assertTrue(any(shown(task, other, example) != shown(task, task.reference, example) for example in task.examples),
                                f'{task.prompt}\n{other}')

    def test_the_sentence_does_not_tell_which_one_is_meant(self):
        draws = [Draw('stack 1', 'stack 2'), Draw('stack 1', 'stack 2', [(0, 1)])]
        chosen = [draw.unsaid('a', 'b') for draw in draws]
        self.assertEqual(chosen[1], 'b')
        self.assertEqual(*(draw.pick('axis', 'xyz') for draw in draws))
        self.assertEqual(*(draw.word('x', 'y', 'z') for draw in draws))
        again = draws[0].otherwise()
        self.assertEqual([draw.unsaid('a', 'b') for draw in again], ['b' if chosen[0] == 'a' else 'a'])


class Split(unittest.TestCase):
    def test_a_program_under_other_names_is_the_same(self):
        self.assertEqual(canonical('def f(x):\n    return max(x)\n'), canonical('def g(ys: list) -> int:\n    return max(ys)\n'))
        self.assertNotEqual(canonical('def f(x):\n    return max(x)\n'), canonical('def f(x):\n    return min(x)\n'))

    def test_the_benchmark_is_held_out_and_nothing_of_it_is_in_training(self):
        held = benchmark_tasks()
        self.assertEqual(len(held), PLAIN + HARD)
        self.assertEqual(sum(task.is_hard for task in held), HARD)
        self.assertEqual(len({canonical(task.reference) for task in held}), len(held))
        self.assertNotIn('training', {part_of(task) for task in held})
        shared = set().union(*(traces(task) for task in held))
        self.assertTrue(all(has_leaked(task, shared) for task in held))
        compositions = {task.composition for task in held if part_of(task) == 'composition'}
        combinations = {task.combination for task in held}
        texts = {text for task in held for text in (task.prompt, task.reference)}
        for task in training_tasks(range(1000)):
            self.assertNotIn(task.composition, compositions)
            self.assertNotIn(task.combination, combinations)
            self.assertTrue(texts.isdisjoint((task.prompt, task.reference)))

    def test_the_committed_benchmark_is_what_the_seed_gives(self):
        lines = [line_of(task, index) for index, task in enumerate(benchmark_tasks())]
        self.assertEqual(digest(STARTER / 'tasks.jsonl'), digest_of(lines))
        self.assertEqual(digest(STARTER / 'tasks-mini.jsonl'), digest_of(lines[:MINI]))
        for line in lines[:MINI]:
            task = json.loads(line)
            self.assertTrue(callable(function_of(task['reference'], task['entry_point'])))


class Broken(unittest.TestCase):
    def test_every_mistake_is_made_and_changes_the_program(self):
        made = {}
        for task in tasks_from(range(1200)):
            mistake, code = broken_variant(task, Random(task.seed))
            self.assertNotEqual(code, task.reference)
            made[mistake] = made.get(mistake, 0) + 1
        self.assertEqual(set(made), set(MISTAKES))

    def test_what_cannot_run_fails(self):
        sure = ('missing-import', 'missing-helper', 'missing-colon', 'wrong-method')
        seen = {name: [] for name in sure}
        for task in tasks_from(range(400)):
            for name in sure:
                code = MISTAKES[name][0](task, Random(task.seed))
                if code is not None:
                    seen[name].append(not passes(code, task.cases))
        for name, failed in seen.items():
            self.assertGreater(len(failed), 3)
            self.assertGreaterEqual(sum(failed) / len(failed), 0.9, name)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digest_of(lines):
    return hashlib.sha256(('\n'.join(lines) + '\n').encode()).hexdigest()
