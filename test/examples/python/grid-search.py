"""A grid search that remembers: a wider grid costs only its new points."""
import itertools
import tempfile
import time

from joblib import Memory, Parallel, delayed
from support.trees import grow, predict, two_rings

FOLDS, ROWS, LEASTS = 4, 100, (1, 5, 20, 80)


def score(depth, least, rows):
    right = 0
    for fold in range(FOLDS):
        tree = grow(*two_rings(rows, fold), seed=fold, depth=depth, least=least)
        points, labels = two_rings(500, fold + FOLDS)
        right += sum(predict(tree, point) == label for point, label in zip(points, labels))
    return right / (FOLDS * 500)


def search(depths, remembered):
    grid = list(itertools.product(depths, LEASTS))
    begun = time.perf_counter()
    hits = sum(remembered.check_call_in_cache(depth, least, ROWS) for depth, least in grid)
    scores = Parallel(n_jobs=2)(delayed(remembered)(depth, least, ROWS) for depth, least in grid)
    seconds = time.perf_counter() - begun
    ranked = sorted(((*setting, right) for setting, right in zip(grid, scores)), key=lambda row: -row[2])
    heads = "depth", "rows of a leaf, at least", "right"
    rows = [(str(depth), str(least), f"{100 * right:.2f} %") for depth, least, right in ranked[:5]]
    widths = [max(len(cell) for cell in column) for column in zip(heads, *rows)]
    for row in heads, ["-" * width for width in widths], *rows:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths)))
    print(f"{len(grid)} settings, {hits} of them from the cache: {seconds:.2f} s on 2 processes")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        remembered = Memory(folder, verbose=0).cache(score)
        search((2, 6, 12), remembered)
        print("\nthe same and more depths between:")
        search((2, 4, 6, 8, 12), remembered)
