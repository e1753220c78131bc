"""Row numbers as people write them."""


def row_numbers(text: str) -> frozenset[int]:
    """`12, 14-20` -> the rows; ValueError for anything else."""
    found: set[int] = set()
    for part in filter(None, (one.strip() for one in text.split(","))):
        first, _dash, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)
