# Tries: to send answers before they are asked for, and more than one each time.
# Held: failed raised
# Variants: 2
# With: channel
if VARIANT:
    answer(["f", "function"])
    for _ in range(500):
        answer("anything")
    while True:
        receive()

def twice(request):
    answer("anything")
    answer("anything")
pretend(twice)
