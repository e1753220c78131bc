"""Where names stand beside the points of a chart, so that none covers another."""

SIDES = {"top center": (0, 1), "bottom center": (0, -1), "middle right": (1, 0), "middle left": (-1, 0)}
LETTER_PX, LINE_PX, GAP_PX = 8, 16, 12


def sides(points: list[tuple[float, float, str]], x_px: float, y_px: float) -> list[str]:
    """For each point (x, y, its name) the side where its name covers no other name and no point; "" where there is none.

    `x_px`, `y_px`: pixels a unit of x and y. Who comes first is served first.
    """
    taken = [_box(x * x_px, y * y_px, GAP_PX, GAP_PX) for x, y, _name in points]
    found = []
    for own, (x, y, name) in enumerate(points):
        wide = len(name) * LETTER_PX
        for side, (right, up) in SIDES.items():
            box = _box(
                x * x_px + right * (GAP_PX + wide / 2), y * y_px + up * (GAP_PX / 2 + LINE_PX / 2), wide, LINE_PX
            )
            if not any(_meet(box, other) for place, other in enumerate(taken) if place != own):
                taken.append(box)
                found.append(side)
                break
        else:
            found.append("")
    return found


def _box(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
