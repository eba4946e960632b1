"""A byte-level BPE tokenizer with GPT-2's alphabet and a pre-tokenizer that splits as llama.cpp's `gpt-2` does on ASCII."""

import json
import re
from collections import Counter

WORDS = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")
BEGIN, END, USER, ASSISTANT, PAD = SPECIAL = ('<|bos|>', '<|endoftext|>', '<|user|>', '<|assistant|>', '<|pad|>')


def alphabet():
    """GPT-2's printable character for every byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {**{byte: chr(byte) for byte in printable}, **{byte: chr(256 + n) for n, byte in enumerate(others)}}


CHARACTER = alphabet()
BYTE = {character: byte for byte, character in CHARACTER.items()}


def spelled(word):
    """A piece of text as characters of the alphabet, one for each byte; what no UTF-8 text holds comes as surrogates."""
    return [CHARACTER[byte] for byte in word.encode('utf-8', 'surrogateescape')]


def learn_merges(texts, entries):
    """The merges of a vocabulary of that many entries: the most frequent pair first, of equals the last in the alphabet."""
    counts = Counter(word for text in texts for word in WORDS.findall(text))
    words = [(spelled(word), count) for word, count in counts.items()]
    merges = []
    while 256 + len(merges) + len(SPECIAL) < entries:
        pairs = Counter()
        for parts, count in words:
            for pair in zip(parts, parts[1:]):
                pairs[pair] += count
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        for parts, _ in words:
            merge(parts, best)
    return merges


def merge(parts, pair):
    """Joins every occurrence of the pair, in place, from left to right."""
    index = 0
    while index < len(parts) - 1:
        if (parts[index], parts[index + 1]) == pair:
            parts[index:index + 2] = [pair[0] + pair[1]]
        index += 1


class Tokenizer:
    """Text to numbers and back; control tokens are never made of text."""

    def __init__(self, merges):
        self.merges = [tuple(pair) for pair in merges]
        self.tokens = [*(CHARACTER[byte] for byte in range(256)), *(a + b for a, b in self.merges), *SPECIAL]
        self.ids = {token: number for number, token in enumerate(self.tokens)}
        self._rank = {pair: rank for rank, pair in enumerate(self.merges)}
        self._known = {}

    def encode(self, text):
        return [number for word in WORDS.findall(text) for number in self._encode_word(word)]

    def decode(self, numbers):
        data = bytes(BYTE[character] for number in numbers if not self.is_special(number) for character in self.tokens[number])
        return data.decode('utf-8', 'surrogateescape')

    def is_special(self, number):
        return number >= len(self.tokens) - len(SPECIAL)

    def chat(self, user):
        """The prompt of one request, as the chat template of the model file writes it."""
        return [self.ids[BEGIN], self.ids[USER], *self.encode(user), self.ids[ASSISTANT]]

    def _encode_word(self, word):
        if word not in self._known:
            parts = spelled(word)
            while True:
                pairs = [pair for pair in zip(parts, parts[1:]) if pair in self._rank]
                if not pairs:
                    break
                merge(parts, min(pairs, key=self._rank.__getitem__))
            self._known[word] = [self.ids[part] for part in parts]
        return self._known[word]


def save(tokenizer, path):
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(tokenizer.merges, file, ensure_ascii=False)


def load(path):
    with open(path, encoding='utf-8') as file:
        return Tokenizer(json.load(file))
