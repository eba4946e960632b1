# Tries: to say of containers that both sides share what is not so, or to reach containers of the test that it was not given.
# Held: raised failed
# Variants: 24
# With: channel
OWN = [1]
PARTS = [
    dict(news=[(0, OWN)]), dict(news=[(1, OWN), (1, [])]), dict(news=[(1, OWN), (3, OWN)]), dict(news=[("x", OWN)]), dict(news=[(1, 5)]),
    dict(news=[(1, (1,))]), dict(news=5), dict(news=[1]), dict(news=[(10 ** 5000 * 2 + 1, OWN)]), dict(changes=[(0, 0, None, [])]),
    dict(changes=[(2, 0, None, ["tangerine"])]), dict(changes=[("x", 0, None, [])]), dict(news=[(1, OWN)], changes=[(1, 0, None, b"")]),
    dict(news=[(1, OWN)], changes=[(1, 0, None, 5)]), dict(news=[(1, OWN)], changes=[(1, [], {}, [])]),
    dict(news=[(1, OWN)], changes=[(1, 5, -10 ** 30, [])]), dict(news=[(1, {})], changes=[(1, 0, None, [[], 1])]),
    dict(news=[(1, {})], changes=[(1, 1, 2, [1])]), dict(news=[(1, set())], changes=[(1, 0, None, [[1]])]), dict(changes=5),
    dict(forgotten=[0, "x", None]), dict(forgotten=5), dict(parked=[0]), dict(fills=[[1]]),
]
pretend(lambda request: answer("anything", **PARTS[VARIANT]))
