"""The functions that Python's contenders run: the same as in functions.mjs."""
PARTS = 20


def is_perfect(n):
    total = 0
    for divisor in range(1, n):
        if n % divisor == 0:
            total += divisor
    return n > 1 and total == n


def is_prime(n):
    divisor = 2
    while divisor * divisor <= n:
        if n % divisor == 0:
            return False
        divisor += 1
    return n > 1


def mandelbrot(row, side=1000, deepest=200):
    counts = []
    imaginary = row / side * 2 - 1
    for column in range(side):
        real = column / side * 3 - 2
        x, y, count = 0.0, 0.0, 0
        while x * x + y * y <= 4 and count < deepest:
            x, y = x * x - y * y + real, 2 * x * y + imaginary
            count += 1
        counts.append(count)
    return counts


def keep(record):
    return record


def sum_part(task):
    numbers, part = task
    length = len(numbers) // PARTS
    return float(numbers[part * length : (part + 1) * length].sum())


def fill(value):
    import numpy

    return numpy.full(1_000_000, float(value))


def describe_row(row):
    return {"id": row, "name": f"row {row}", "tags": ["a", "b"], "text": "x" * 900, "at": [row, row + 1]}
