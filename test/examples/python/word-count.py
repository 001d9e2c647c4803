"""Word count as map and reduce over text files."""
import re
import time
from collections import Counter
from multiprocessing import Pool
from pathlib import Path

FOLDER, TOP = Path(__file__).parents[2] / "fixtures" / "texts", 5


def words_of(path):
    text = re.sub(r"https?:\S+", "", path.read_text(encoding="utf-8").lower())
    return Counter(re.findall(r"[a-z]{4,}", text))


if __name__ == "__main__":
    begun = time.perf_counter()
    paths = sorted(FOLDER.rglob("*.md"))
    counts = Counter()
    with Pool(2) as pool:
        for some in pool.imap_unordered(words_of, paths):
            counts.update(some)
    seconds = time.perf_counter() - begun
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:TOP]
    width = max(len(word) for word, _ in ranked)
    print("word".ljust(width), "times", sep="  ")
    print("-" * width, "-----", "-" * 30, sep="  ")
    for word, n in ranked:
        print(word.ljust(width), str(n).rjust(5), "█" * int(n / ranked[0][1] * 30), sep="  ")
    print(f"\n{sum(counts.values()):,} words, {len(counts):,} different ones, in {len(paths)} files: {seconds:.2f} s on 2 processes")
