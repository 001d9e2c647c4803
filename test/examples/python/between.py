"""How many numbers of each row lie between 4 and 8: by loop, map, starmap and apply."""
from multiprocessing import Pool


def rows_of(count, length):
    """Numbers from 0 to 9 that look random and are the same everywhere."""
    state, rows = 100, []
    for _ in range(count):
        row = []
        for _ in range(length):
            state = (state * 1103515245 + 12345) % 2**31
            row.append(state // 65536 % 10)
        rows.append(row)
    return rows


def how_many(row, least=4, most=8):
    return sum(least <= number <= most for number in row)


if __name__ == "__main__":
    rows = rows_of(2000, 5)
    print("rows", rows[:3], flush=True)
    print("loop", [how_many(row) for row in rows][:10], flush=True)
    with Pool(4) as pool:
        print("map", pool.map(how_many, rows)[:10], flush=True)
        print("starmap", pool.starmap(how_many, [(row, 4, 8) for row in rows])[:10], flush=True)
        print("apply", [pool.apply(how_many, (row, 4, 8)) for row in rows[:10]], flush=True)
        results = [pool.apply_async(how_many, (row, 4, 8)) for row in rows]
        counts = [result.get() for result in results]
        print("apply_async", counts[:10], "sum", sum(counts), flush=True)
