def collatz_table(nums: list) -> dict:
    """Return a dict from each number in nums to its number of Collatz steps to 1.

    >>> collatz_table([16, 4, 46, 43])
    {16: 4, 4: 2, 46: 16, 43: 29}
    >>> collatz_table([38, 131, 8])
    {38: 21, 131: 28, 8: 3}
    """
