import os
import tempfile
import unittest

try:
    import torch
except ImportError:
    torch = None

if torch is not None:
    import export
    from batches import batches, encoded
    from decode import answers
    from model import SIZES, Llama
    from optimizer import Optimizer, orthogonal
    from tokenizer import PAD, Tokenizer, learn_merges
    from train import loss_of

TEXTS = ['def f(x):\n    return x + 1\n', 'for i in range(10):\n    total += i\n'] * 3


@unittest.skipIf(torch is None, 'PyTorch is not installed')
class Training(unittest.TestCase):
    def setUp(self):
        torch.set_num_threads(1)
        torch.manual_seed(3)
        self.tokenizer = Tokenizer(learn_merges(TEXTS, 300))
        self.model = Llama(SIZES['xs'], len(self.tokenizer.tokens))

    def test_it_learns_one_answer_and_says_it(self):
        data = encoded(self.tokenizer, [('say it', 'return 1'), ('what', 'return 22')])
        optimizer = Optimizer(self.model)
        for number, (tokens, weights) in zip(range(60), batches(data, self.tokenizer.ids[PAD], 0)):
            loss, _ = loss_of(self.model, tokens, weights)
            loss.backward()
            optimizer.step(number, number / 60)
        options = {'temperature': 0, 'seed': 0, 'max_tokens': 20}
        self.assertEqual(answers(self.model, self.tokenizer, ['say it', 'what'], options), ['return 1', 'return 22'])

    def test_a_file_holds_the_model(self):
        path = os.path.join(tempfile.mkdtemp(), 'model.gguf')
        export.export(self.model, self.tokenizer, 'test', path)
        model, tokenizer = export.read(path)
        self.assertEqual(tokenizer.tokens, self.tokenizer.tokens)
        for name, weight in self.model.state_dict().items():
            self.assertTrue(torch.allclose(model.state_dict()[name], weight, atol=0.001), name)

    def test_batches_come_in_the_order_of_the_seed(self):
        data = encoded(self.tokenizer, [(f'say {number}', f'{number}' * number) for number in range(1, 40)])
        first, second, other = (next(batches(data, 0, seed))[0].tolist() for seed in (1, 1, 2))
        self.assertEqual(first, second)
        self.assertNotEqual(first, other)

    def test_an_orthogonal_step_has_singular_values_near_one(self):
        values = torch.linalg.svdvals(orthogonal(torch.randn(20, 40)))
        self.assertTrue(bool(((values > 0.5) & (values < 1.4)).all()))
