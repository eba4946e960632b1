def count_negative(nums):
    """Count the negative numbers in nums.

    >>> count_negative([3, -1, -2])
    2
    >>> count_negative([])
    0
    """
