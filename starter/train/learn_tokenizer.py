"""Learns the merges of some of the training texts: python3 learn_tokenizer.py EXAMPLES.jsonl TOKENIZER.json"""

import sys

import tokenizer as tokenizers
from texts import read

ENTRIES = 1024
EXAMPLES = 12_000


def main(examples, path):
    chosen = (text for example in read(examples)[:EXAMPLES] for text in example)
    tokenizers.save(tokenizers.Tokenizer(tokenizers.learn_merges(chosen, ENTRIES)), path)


if __name__ == '__main__':
    main(*sys.argv[1:])
