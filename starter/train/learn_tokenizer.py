"""Learns the merges of some of the training texts: python3 learn_tokenizer.py ROWS.jsonl TEXTS.jsonl TOKENIZER.json"""

import sys
from itertools import islice

import tokenizer as tokenizers
from texts import examples

ENTRIES = 1024
EXAMPLES = 12_000


def main(rows, texts, path):
    chosen = (text for user, answer, _ in islice(examples(rows, texts), EXAMPLES) for text in (user, answer))
    tokenizers.save(tokenizers.Tokenizer(tokenizers.learn_merges(chosen, ENTRIES)), path)


if __name__ == '__main__':
    main(*sys.argv[1:])
