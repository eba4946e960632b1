"""Short texts of two values that are not equal, which show where they differ."""

import itertools

import describe

MOST_COMPARED = 2000
DEEPEST_DIFFERENCE = 4


def texts_of_difference(actual, expected):
    """Representations of two values that are not equal; where both would be cut to one text, what shows where they differ."""
    texts = describe.value_text(actual), describe.value_text(expected)
    kind = type(actual)
    if texts[0] != texts[1] or kind is not type(expected):
        return texts
    if kind is int and actual != expected:
        return f"{texts[0]}, {'more' if actual > expected else 'less'} by {describe.value_text(abs(actual - expected))}", texts[1]
    if kind is dict:
        keys = [key for key in plain_keys(actual, expected) if not looks_equal(actual[key], expected[key])]
        return of_parts("{{..., {}: {}, ...}}", describe.value_text(keys[0]), actual[keys[0]], expected[keys[0]]) if keys else texts
    return texts_from(first_difference(actual, expected), actual, expected) if kind in (list, tuple, str) else texts


def texts_from(place, actual, expected):
    """Representations of two sequences from shortly before a place where they differ."""
    start = max((place or 0) - 3, 0)
    texts = rest_text(actual, start), rest_text(expected, start)
    if texts[0] != texts[1] or place is None or place >= min(len(actual), len(expected)):
        return texts
    brackets = "(..., {}{}, ...)" if type(actual) is tuple else "[..., {}{}, ...]"
    return of_parts(brackets, "", actual[place], expected[place])


def of_parts(form, name, actual, expected):
    return tuple(form.format(name, text) for text in texts_of_difference(actual, expected))


def first_difference(one, other):
    """Where two sequences differ; None where that shows in no text."""
    shorter = min(len(one), len(other))
    for place in range(min(shorter, MOST_COMPARED)):
        if not looks_equal(one[place], other[place]):
            return place
    return shorter if len(one) != len(other) and shorter <= MOST_COMPARED else None


def looks_equal(one, other, depth=0):
    # Only of these types nothing of a program's own is asked.
    if type(one) is type(other) and type(one) in (int, float, str, bool):
        return one == other
    if describe.value_text(one) != describe.value_text(other):
        return False
    if depth == DEEPEST_DIFFERENCE:
        return True
    if type(one) is type(other) and type(one) in (list, tuple):
        return len(one) == len(other) and all(looks_equal(*pair, depth + 1) for pair in zip(one[:MOST_COMPARED], other))
    if type(one) is type(other) is dict:
        return all(looks_equal(one[key], other[key], depth + 1) for key in plain_keys(one, other))
    return True


def plain_keys(one, other):
    """Keys that two dicts share, of types of which nothing of a program's own is asked."""
    return [key for key in itertools.islice(one, MOST_COMPARED) if type(key) in (str, int) and key in other]


def rest_text(values, start):
    text = describe.value_text(values[start:], describe.LONGEST_VALUE - 5)
    if start == 0:
        return text
    return f"...{text}" if isinstance(values, str) else f"{text[0]}..., {text[1:]}"
