"""Classification trees on rows of numbers, two classes: enough of CART for a forest."""
import math


def random_from(seed):
    """Numbers from 0 to below 1, the same for the same seed (mulberry32)."""
    state = seed * 2_654_435_761 % 2**32

    def random():
        nonlocal state
        state = (state + 0x6D2B79F5) % 2**32
        mixed = (state ^ state >> 15) * (state | 1) % 2**32
        mixed ^= (mixed + (mixed ^ mixed >> 7) * (mixed | 61)) % 2**32
        return (mixed ^ mixed >> 14) / 2**32

    return random


def two_rings(rows, seed):
    """Points in a ring and in a wider one around it, and two features that say nothing."""
    random = random_from(seed)
    points = []
    for row in range(rows):
        radius = 1 + row % 2 + 0.8 * (random() + random() - 1)
        angle = 2 * math.pi * random()
        points.append((radius * math.cos(angle), radius * math.sin(angle), random(), random()))
    return points, [row % 2 for row in range(rows)]


def grow(points, labels, seed, depth, least):
    """A tree from a sample drawn with replacement; each question looks at two features drawn at random."""
    random = random_from(seed)
    sample = [math.floor(random() * len(labels)) for _ in labels]
    return grow_from(points, labels, sample, depth, least, random)


def grow_from(points, labels, rows, depth, least, random):
    ones = sum(labels[row] for row in rows)
    majority = int(ones * 2 > len(rows))
    if depth == 0 or ones in (0, len(rows)):
        return majority
    best = best_split(points, labels, rows, least, random)
    if best is None:
        return majority
    _, feature, below = best
    sides = ([row for row in rows if (points[row][feature] < below) == side] for side in (True, False))
    return feature, below, *(grow_from(points, labels, side, depth - 1, least, random) for side in sides)


def best_split(points, labels, rows, least, random):
    best = None
    for _ in range(2):
        feature = math.floor(random() * len(points[0]))
        ordered = sorted(rows, key=lambda row: points[row][feature])
        ones, ones_below = sum(labels[row] for row in ordered), 0
        for at in range(1, len(ordered)):
            ones_below += labels[ordered[at - 1]]
            before, here = points[ordered[at - 1]][feature], points[ordered[at]][feature]
            if before == here or at < least or len(ordered) - at < least:
                continue
            impurity = gini(ones_below, at) + gini(ones - ones_below, len(ordered) - at)
            if best is None or impurity < best[0]:
                best = impurity, feature, (before + here) / 2
    return best


def gini(ones, rows):
    return 2 * ones * (rows - ones) / rows


def predict(tree, point):
    while isinstance(tree, tuple):
        feature, below, yes, no = tree
        tree = yes if point[feature] < below else no
    return tree


def questions(tree):
    return 1 + questions(tree[2]) + questions(tree[3]) if isinstance(tree, tuple) else 0
