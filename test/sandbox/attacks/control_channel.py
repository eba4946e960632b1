# Tries: to answer by itself over the channel, as honestly as a function would. Shows that the other attacks are understood.
# Held: passed
# Tests: nothing
# With: channel
pretend(lambda request: answer([]))
