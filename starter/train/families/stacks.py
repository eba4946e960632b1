"""A stack that tokens work on, and brackets."""

from families.number_words import name_of
from sketch import Sketch, filled

# key: (token, entries that it needs, phrase, lines)
NUMBER_COMMANDS = {
    'add': ('+', 2, 'adds the two top numbers', ('b, a = stack.pop(), stack.pop()', 'stack.append(a + b)')),
    'subtract': ('-', 2, 'subtracts the top from the one below', ('b, a = stack.pop(), stack.pop()', 'stack.append(a - b)')),
    'multiply': ('*', 2, 'multiplies the two top numbers', ('b, a = stack.pop(), stack.pop()', 'stack.append(a * b)')),
    'larger': ('max', 2, 'keeps the larger of the two top numbers', ('b, a = stack.pop(), stack.pop()', 'stack.append(max(a, b))')),
    'negate': ('neg', 1, 'negates the top', ('stack.append(-stack.pop())',)),
    'double': ('dbl', 1, 'doubles the top', ('stack[-1] = stack[-1] * 2',)),
}
WORD_COMMANDS = {
    'join': ('join', 2, 'joins the two top words', ('b, a = stack.pop(), stack.pop()', 'stack.append(a + b)')),
    'upper': ('up', 1, 'writes the top in upper case', ('stack.append(stack.pop().upper())',)),
    'reverse': ('rev', 1, 'reverses the top word', ('stack.append(stack.pop()[::-1])',)),
}
COMMANDS = {
    'copy': ('dup', 1, 'repeats the top', ('stack.append(stack[-1])',)),
    'drop': ('undo', 1, 'removes the top', ('stack.pop()',)),
    'swap': ('swap', 2, 'swaps the two top ones', ('stack[-1], stack[-2] = stack[-2], stack[-1]',)),
    'clear': ('clear', 0, 'empties the stack', ('stack = []',)),
    'cut': ('cut', 1, 'keeps only the top', ('stack = stack[-1:]',)),
}
# key: (phrase, lines, return type)
ENDS = {
    'all': ('Return the stack', ('return stack',), 'list'),
    'top': ('Return the top, or None', ('return stack[-1] if stack else None',), 'object'),
    'count': ('Return the size of the stack', ('return len(stack)',), 'int'),
    'text': ('Join the stack with spaces', ('return " ".join(str(x) for x in stack)',), 'str'),
    'bottom': ('Return the lowest entry, or None', ('if not stack:', '    return None', 'return stack[0]'), 'object'),
    'down': ('Return the stack, top first', ('return stack[::-1]',), 'list'),
}


def stack(draw):
    """Tokens that are put on a stack, and two commands."""
    tokens, t = draw.word('tokens', 'commands', 'program', 'steps'), draw.word('t', 'token')
    kind = draw.pick('kind', ('numbers', 'words'))
    table = {**COMMANDS, **(NUMBER_COMMANDS if kind == 'numbers' else WORD_COMMANDS)}
    first = draw.pick('first', table)
    second = draw.pick('second', [command for command in table if command != first])
    end = draw.pick('end', ENDS)
    chosen = [table[first], table[second]]
    lines = []
    for start, (word, _, _, inner) in zip(('if', 'elif'), chosen):
        lines += [f'    {start} {t} == "{word}":', *(f'        {line}' for line in inner)]
    phrase, last, returns = ENDS[end]
    told = ', '.join(f'"{word}" {meaning}' for word, _, meaning, _ in chosen)
    pushed = 'number is pushed' if kind == 'numbers' else 'word is pushed'
    return Sketch(
        names=(f'run_{first}_{second}', f'{first}_{name_of(end)}', f'stack_{name_of(end)}', 'run', 'solve'),
        parameters=((tokens, 'list'),),
        returns=returns,
        doc=f'{phrase} after {tokens}: {told}, any other {pushed}.',
        body=('stack = []', f'for {t} in {tokens}:', *lines, '    else:',
              f'        stack.append({f"int({t})" if kind == "numbers" else t})', *last),
        inputs=lambda rng: (some_tokens(rng, kind, chosen),),
        edges=(([],), (['7'] if kind == 'numbers' else ['ab'],)),
    )


def some_tokens(rng, kind, commands):
    """Tokens none of which finds too little on the stack."""
    depth, tokens = 0, []
    for _ in range(rng.randint(3, 6)):
        word, needed, _, lines = rng.choice(commands)
        if rng.random() < 0.5 or needed > depth or (needed == 0 and depth == 0):
            word = str(rng.randint(0, 12)) if kind == 'numbers' else rng.choice(('ab', 'cat', 'on', 'x', 'sun'))
            depth += 1
        else:
            depth = depth_after(depth, lines)
        tokens.append(word)
    return tokens


def depth_after(depth, lines):
    """How many entries a command leaves of so many."""
    if lines[-1].startswith('stack = '):
        return 0 if lines[-1].endswith('[]') else 1
    code = ' '.join(lines)
    return depth + code.count('.append(') - code.count('.pop()')


BRACKETS = {'round': ('(', ')'), 'square': ('[', ']'), 'curly': ('{', '}'), 'angle': ('<', '>')}
# key: (sentence, lines with {o} and {c}, return type)
ON_BRACKETS = {
    'balanced': ('Check whether each {o} in {s} has its {c} behind it, and each {c} its {o}.',
                 ('depth = 0', 'for ch in {s}:', '    if ch == "{o}":', '        depth += 1', '    elif ch == "{c}":', '        depth -= 1',
                  '        if depth < 0:', '            return False', 'return depth == 0'), 'bool'),
    'deepest': ('Return how deep {o} and {c} are nested in {s} at most.',
                ('depth = best = 0', 'for ch in {s}:', '    if ch == "{o}":', '        depth += 1', '        best = max(best, depth)',
                 '    elif ch == "{c}":', '        depth -= 1', 'return best'), 'int'),
    'pairs': ('Return the (start, end) positions of each pair of {o} and {c} in {s}, as they close.',
              ('stack = []', 'pairs = []', 'for i, ch in enumerate({s}):', '    if ch == "{o}":', '        stack.append(i)',
               '    elif ch == "{c}" and stack:', '        pairs.append((stack.pop(), i))', 'return pairs'), 'list'),
    'lonely': ('Return the positions of each {o} in {s} without its {c}.',
               ('stack = []', 'for i, ch in enumerate({s}):', '    if ch == "{o}":', '        stack.append(i)',
                '    elif ch == "{c}" and stack:', '        stack.pop()', 'return stack'), 'list'),
    'outside': ('Return {s} without what stands between {o} and {c}, and without these.',
                ('depth = 0', 'kept = ""', 'for ch in {s}:', '    if ch == "{o}":', '        depth += 1', '    elif ch == "{c}":',
                 '        depth = max(0, depth - 1)', '    elif depth == 0:', '        kept += ch', 'return kept'), 'str'),
    'inside': ('Return the characters of {s} that stand between {o} and {c}.',
               ('depth = 0', 'kept = ""', 'for ch in {s}:', '    if ch == "{o}":', '        depth += 1', '    elif ch == "{c}":',
                '        depth = max(0, depth - 1)', '    elif depth > 0:', '        kept += ch', 'return kept'), 'str'),
    'missing': ('Return how many {c} have to be added to {s} for each {o} to have one behind it.',
                ('depth = 0', 'for ch in {s}:', '    if ch == "{o}":', '        depth += 1', '    elif ch == "{c}" and depth > 0:',
                 '        depth -= 1', 'return depth'), 'int'),
    'depths': ('Return the depth of nesting of {o} and {c} behind each of them in {s}.',
               ('depth = 0', 'depths = []', 'for ch in {s}:', '    if ch == "{o}":', '        depth += 1', '    elif ch == "{c}":',
                '        depth -= 1', '    else:', '        continue', '    depths.append(depth)', 'return depths'), 'list'),
}


def brackets(draw):
    """One kind of brackets in a text."""
    s = draw.word('s', 'text', 'code')
    kind, use = draw.pick('kind', BRACKETS), draw.pick('use', ON_BRACKETS)
    opening, closing = BRACKETS[kind]
    doc, lines, returns = ON_BRACKETS[use]
    fill = {'{s}': s, '{o}': opening, '{c}': closing}
    return Sketch(
        names=(f'{use}_{kind}', f'{kind}_{use}', f'{use}_brackets', 'scan', 'solve'),
        parameters=((s, 'str'),),
        returns=returns,
        doc=filled(doc, fill),
        body=tuple(filled(line, fill) for line in lines),
        inputs=lambda rng: (''.join(rng.choice((opening, opening, closing, closing, 'a', 'b')) for _ in range(rng.randint(4, 9))),),
        edges=(('',), (opening,), (closing,), (f'{opening}a{closing}',)),
    )
