"""The chat template of the models, and a way to write it into a file that is there: python3 chat_template.py FILE.gguf [...]"""

import sys

import gguf

# The models have not seen a system prompt, so it is left out. The comment asks greenloop to send none. Reading the content, and writing
# nothing of it, is how llama-server tells that a template knows the role: else it would put the text into the user's message.
CHAT_TEMPLATE = (
    "{# no system prompt #}"
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ '<|user|>' + message['content'] }}"
    "{% elif message['role'] == 'assistant' %}{{ '<|assistant|>' + message['content'] + '<|endoftext|>' }}"
    "{% elif message['role'] == 'system' %}{% set left_out = message['content'] %}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
KEY = 'tokenizer.chat_template'


def rewrite(path):
    """Gives the file this template; all else in it stays, the weights byte for byte."""
    file = gguf.Reader(path)
    metadata = [(key, kind, CHAT_TEMPLATE if key == KEY else item) for key, kind, item in file.entries]
    gguf.write(path, metadata, [(name, *tensor) for name, tensor in file.tensors.items()])


if __name__ == '__main__':
    for name in sys.argv[1:]:
        rewrite(name)
