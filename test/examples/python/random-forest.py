"""A random forest, trained tree by tree with joblib."""
import time

from joblib import Parallel, delayed
from support.trees import grow, predict, questions, two_rings

TREES, ROWS = 6, 400


def grow_one(points, labels, seed):
    return grow(points, labels, seed, depth=12, least=2)


def vote(forest, point):
    return int(sum(predict(tree, point) for tree in forest) * 2 > len(forest))


def accuracy(forest, points, labels):
    return sum(vote(forest, point) == label for point, label in zip(points, labels)) / len(labels)


if __name__ == "__main__":
    points, labels = two_rings(ROWS, 1)
    forests, seconds = [], []
    for n_jobs in 1, 2:
        begun = time.perf_counter()
        forests.append(Parallel(n_jobs=n_jobs)(delayed(grow_one)(points, labels, seed) for seed in range(TREES)))
        seconds.append(time.perf_counter() - begun)
    one, forest = forests
    unseen = two_rings(1_000, 2)
    print(f"{TREES} trees on {ROWS} rows: {seconds[0]:.2f} s here, {seconds[1]:.2f} s on 2 processes")
    same = "the same" if one == forest else "different"
    print(f"the forests are {same}; questions of each tree:", *(questions(tree) for tree in forest))
    print(f"right about unseen points: one tree {accuracy(forest[:1], *unseen):.1%}, all {accuracy(forest, *unseen):.1%}".replace("%", " %"))
