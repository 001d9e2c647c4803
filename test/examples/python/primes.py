"""Primes with eight digits, found block by block."""
import time
from multiprocessing import Pool

START, NUMBERS, BLOCK = 10_000_000, 40_000, 20_000


def is_prime(n):
    divisor = 2
    while divisor * divisor <= n:
        if n % divisor == 0:
            return False
        divisor += 1
    return n > 1


def primes_of(start):
    return [n for n in range(start, start + BLOCK) if is_prime(n)]


if __name__ == "__main__":
    begun = time.perf_counter()
    with Pool(2) as pool:
        blocks = pool.map(primes_of, range(START, START + NUMBERS, BLOCK))
    primes = [prime for block in blocks for prime in block]
    seconds = time.perf_counter() - begun
    print(f"{len(primes):,} primes among {NUMBERS:,} numbers from {START:,} on, in {seconds:.2f} s on 2 processes")
    print("the first:", ", ".join(f"{prime:,}" for prime in primes[:5]))
    print(f"the last:  {primes[-1]:,}")
    gap, before = max((after - before, -before) for before, after in zip(primes, primes[1:]))
    print(f"the widest gap: {gap}, after {-before:,}")
