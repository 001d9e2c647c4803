"""The left and the right image of a sonar, one process each: smoothed, and searched for the strongest echo."""
from multiprocessing import Pool

SIDE = 200


def image_of(seed):
    """An echo at a place that hangs on the seed, and noise that is the same everywhere."""
    state, image = seed, []
    for y in range(SIDE):
        row = []
        for x in range(SIDE):
            state = (state * 1103515245 + 12345) % 2**31
            distance = abs(x - 10 * seed) + abs(y - 7 * seed)
            row.append(state // 65536 % 40 + max(0, 200 - 5 * distance))
        image.append(row)
    return image


def process(side, image):
    best = (0, 0, 0)
    for y in range(1, SIDE - 1):
        for x in range(1, SIDE - 1):
            strength = sum(image[y + dy][x + dx] for dy in (-1, 0, 1) for dx in (-1, 0, 1)) // 9
            best = max(best, (strength, x, y))
    strength, x, y = best
    return f"{side} image: strongest echo {strength} at {x}, {y}"


if __name__ == "__main__":
    pairs = [("left", image_of(5)), ("right", image_of(11))]
    with Pool(2) as pool:
        for line in pool.starmap(process, pairs):
            print(line, flush=True)
