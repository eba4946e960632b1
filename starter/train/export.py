"""A trained model as a GGUF file and back: python3 export.py MODEL.pt TOKENIZER.json NAME FILE.gguf"""

import sys

import torch

import gguf
import tokenizer as tokenizers
from chat_template import CHAT_TEMPLATE
from gguf import ARRAY, BOOL, F16, F32, FLOAT32, INT32, STRING, UINT32
from model import CONTEXT, EPSILON, ROPE_BASE, SIZES, Llama

LAYER_NAMES = {
    'attention_norm': 'attn_norm', 'query': 'attn_q', 'key': 'attn_k', 'value': 'attn_v', 'output': 'attn_output',
    'hidden_norm': 'ffn_norm', 'gate': 'ffn_gate', 'up': 'ffn_up', 'down': 'ffn_down',
}
MOSTLY_F16 = 1
NORMAL, CONTROL = 1, 3


def tensor_names(layers):
    """The file's name of every weight of the model."""
    names = {'embedding.weight': 'token_embd.weight', 'norm.weight': 'output_norm.weight'}
    for layer in range(layers):
        for own, other in LAYER_NAMES.items():
            names[f'blocks.{layer}.{own}.weight'] = f'blk.{layer}.{other}.weight'
    return names


def metadata(name, size, tokenizer):
    ids = tokenizer.ids
    types = [CONTROL if tokenizer.is_special(number) else NORMAL for number in range(len(tokenizer.tokens))]
    return [
        ('general.architecture', STRING, 'llama'), ('general.name', STRING, name),
        ('general.file_type', UINT32, MOSTLY_F16), ('general.alignment', UINT32, gguf.ALIGNMENT),
        ('llama.block_count', UINT32, size.layers), ('llama.context_length', UINT32, CONTEXT),
        ('llama.embedding_length', UINT32, size.width), ('llama.feed_forward_length', UINT32, size.hidden),
        ('llama.attention.head_count', UINT32, size.heads), ('llama.attention.head_count_kv', UINT32, size.heads),
        ('llama.attention.layer_norm_rms_epsilon', FLOAT32, EPSILON),
        ('llama.rope.dimension_count', UINT32, size.width // size.heads), ('llama.rope.freq_base', FLOAT32, ROPE_BASE),
        ('llama.vocab_size', UINT32, len(tokenizer.tokens)),
        ('tokenizer.ggml.model', STRING, 'gpt2'), ('tokenizer.ggml.pre', STRING, 'gpt-2'),
        ('tokenizer.ggml.tokens', ARRAY, (STRING, tokenizer.tokens)), ('tokenizer.ggml.token_type', ARRAY, (INT32, types)),
        ('tokenizer.ggml.merges', ARRAY, (STRING, [' '.join(pair) for pair in tokenizer.merges])),
        ('tokenizer.ggml.bos_token_id', UINT32, ids[tokenizers.BEGIN]), ('tokenizer.ggml.eos_token_id', UINT32, ids[tokenizers.END]),
        ('tokenizer.ggml.eot_token_id', UINT32, ids[tokenizers.END]), ('tokenizer.ggml.padding_token_id', UINT32, ids[tokenizers.PAD]),
        ('tokenizer.ggml.add_bos_token', BOOL, True), ('tokenizer.ggml.add_eos_token', BOOL, False),
        ('tokenizer.chat_template', STRING, CHAT_TEMPLATE),
    ]


def export(model, tokenizer, name, path):
    """Writes matrices as F16, norms as F32; the output matrix is the embedding and not written again.

    Not as Q8_0: the engine would cut what enters such a matrix to eight bits as well, and of 50 greedy answers about three would
    differ from PyTorch's.
    """
    weights, tensors = model.state_dict(), []
    for own, other in tensor_names(model.size.layers).items():
        weight = weights[own].float()
        if weight.dim() == 1:
            tensors.append((other, tuple(weight.shape), F32, weight.numpy().astype('<f4').tobytes()))
        else:
            tensors.append((other, tuple(weight.shape), F16, weight.numpy().astype('<f2').tobytes()))
    gguf.write(path, metadata(name, model.size, tokenizer), tensors)


def read(path):
    """(model, tokenizer) with the very weights that the file holds."""
    file = gguf.Reader(path)
    tokenizer = tokenizers.Tokenizer([pair.split(' ') for pair in file.metadata['tokenizer.ggml.merges']])
    size = next(size for size in SIZES.values() if size.width == file.metadata['llama.embedding_length'])
    model = Llama(size, len(tokenizer.tokens))
    decoders = {F32: lambda data: torch.frombuffer(bytearray(data), dtype=torch.float32),
                F16: lambda data: torch.frombuffer(bytearray(data), dtype=torch.float16).float()}
    weights = {}
    for own, other in tensor_names(size.layers).items():
        shape, kind, data = file.tensors[other]
        weights[own] = decoders[kind](data).view(shape)
    model.load_state_dict(weights)
    return model.eval(), tokenizer


def load(path, tokenizer_path):
    """(model, tokenizer) as training left them."""
    saved = torch.load(path)
    model = Llama(SIZES[saved['size']], saved['entries'])
    model.load_state_dict(saved['weights'])
    return model.eval(), tokenizers.load(tokenizer_path)


if __name__ == '__main__':
    source, tokenizer_path, name, target = sys.argv[1:]
    export(*load(source, tokenizer_path), name, target)
