"""The cubes of 1 to 999, by every door."""
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool


def cube(x):
    return x**3


def tell(door, cubes):
    print(f"{door}: {len(cubes)} cubes, {cubes[:3]} ... {cubes[-1]}, sum {sum(cubes)}", flush=True)


if __name__ == "__main__":
    numbers = range(1, 1000)
    with Pool(4) as pool:
        tell("map", pool.map(cube, numbers))
        tell("apply_async", [result.get() for result in [pool.apply_async(cube, (x,)) for x in numbers]])
        tell("imap", list(pool.imap(cube, numbers)))
        tell("imap_unordered", sorted(pool.imap_unordered(cube, numbers)))
    with ProcessPoolExecutor(4) as executor:
        tell("submit", [future.result() for future in [executor.submit(cube, x) for x in numbers]])
        tell("executor.map", list(executor.map(cube, numbers)))
