import os
import tempfile
import unittest
from random import Random

import chat_template
import gguf
from gguf import ARRAY, BOOL, F16, F32, FLOAT32, INT32, STRING, UINT32
from texts import FORMS, code_of, fenced, form_of
from tokenizer import SPECIAL, Tokenizer, learn_merges

TEXTS = ['def f(x):\n    return x + 1\n', 'for i in range(10):\n    total += i\n'] * 3


class Tokens(unittest.TestCase):
    def test_any_bytes_come_back(self):
        tokenizer = Tokenizer(learn_merges(TEXTS, 300))
        rng = Random(1)
        for _ in range(200):
            text = bytes(rng.randrange(256) for _ in range(rng.randint(0, 40))).decode('utf-8', 'surrogateescape')
            self.assertEqual(tokenizer.decode(tokenizer.encode(text)), text)

    def test_text_never_becomes_a_control_token(self):
        tokenizer = Tokenizer(learn_merges(TEXTS, 300))
        self.assertFalse(any(map(tokenizer.is_special, tokenizer.encode(''.join(SPECIAL)))))

    def test_the_most_frequent_pair_is_merged_first(self):
        self.assertEqual(learn_merges(['aab aab ab'], 256 + len(SPECIAL) + 2), [('a', 'b'), ('a', 'ab')])

    def test_an_answer_gives_its_code_back(self):
        self.assertEqual(code_of(fenced('def f():\n    pass\n')), 'def f():\n    pass\n')


class Texts(unittest.TestCase):
    def test_every_form_of_a_repair_comes_in_its_share(self):
        row = {'code': 'a', 'reference': 'b'}
        forms = [form_of({**row, 'id': str(number)}, {'kind': 'failed'}) for number in range(4000)]
        for form, share in FORMS.items():
            self.assertAlmostEqual(forms.count(form) / 40, 100 * share / sum(FORMS.values()), delta=3)

    def test_right_code_is_only_reviewed_and_what_passed_or_timed_out_is_left_out(self):
        self.assertEqual(form_of({'id': '1', 'code': 'a', 'reference': 'a'}, {'kind': 'passed'}), 'unrun')
        for kind in ('passed', 'timed-out'):
            self.assertIsNone(form_of({'id': '1', 'code': 'a', 'reference': 'b'}, {'kind': kind}))


class Gguf(unittest.TestCase):
    def test_what_is_written_is_read(self):
        metadata = [('a', STRING, 'Ä'), ('b', UINT32, 7), ('c', FLOAT32, 0.5), ('d', BOOL, True),
                    ('e', ARRAY, (STRING, ['x', 'yz'])), ('f', ARRAY, (INT32, [1, -3]))]
        tensors = [('one', (2,), F32, b'12345678'), ('two', (3, 2), F16, b'abcdefghijkl')]
        path = os.path.join(tempfile.mkdtemp(), 'file.gguf')
        gguf.write(path, metadata, tensors)
        read = gguf.Reader(path)
        self.assertEqual(read.metadata, {'a': 'Ä', 'b': 7, 'c': 0.5, 'd': True, 'e': ['x', 'yz'], 'f': [1, -3]})
        self.assertEqual(read.tensors, {name: (shape, kind, data) for name, shape, kind, data in tensors})
        self.assertEqual(read.entries, metadata)

    def test_a_file_gets_the_chat_template_and_keeps_all_else(self):
        metadata = [('a', ARRAY, (STRING, ['x', 'yz'])), (chat_template.KEY, STRING, 'old'), ('b', FLOAT32, 0.5)]
        tensors = [('one', (2,), F32, b'12345678'), ('two', (3, 2), F16, b'abcdefghijkl')]
        path = os.path.join(tempfile.mkdtemp(), 'file.gguf')
        gguf.write(path, metadata, tensors)
        chat_template.rewrite(path)
        read = gguf.Reader(path)
        metadata[1] = (chat_template.KEY, STRING, chat_template.CHAT_TEMPLATE)
        self.assertEqual(read.entries, metadata)
        self.assertEqual(read.tensors, {name: (shape, kind, data) for name, shape, kind, data in tensors})
