"""Text out of many PDF files: enough of a reader for pages of plain lines."""
import re
import time
import zlib
from multiprocessing import Pool
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "fixtures" / "pdfs"


def pages_of(path):
    data = path.read_bytes()
    objects = dict(re.findall(rb"(\d+) 0 obj\n(.*?)\nendobj", data, re.DOTALL))
    kids = re.search(rb"/Kids \[(.*?)\]", data)[1]
    pages = []
    for kid in re.findall(rb"(\d+) 0 R", kids):
        contents = objects[re.search(rb"/Contents (\d+) 0 R", objects[kid])[1]]
        head, stream = re.fullmatch(rb"(<<.*?>>)\nstream\n(.*)\nendstream", contents, re.DOTALL).groups()
        text = zlib.decompress(stream) if b"/FlateDecode" in head else stream
        lines = re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", text)
        pages.append(" ".join(re.sub(r"\\(.)", r"\1", line.decode("latin1")) for line in lines))
    return pages


def beginning(path, page, text):
    return f'{path.name}, page {page}: "{" ".join(text.split()[:18])} ..."'


if __name__ == "__main__":
    begun = time.perf_counter()
    paths = sorted(FOLDER.glob("*.pdf"))
    with Pool(2) as pool:
        texts = pool.map(pages_of, paths)
    seconds = time.perf_counter() - begun
    words = sum(len(page.split()) for pages in texts for page in pages)
    print(f"{len(paths)} files, {sum(map(len, texts))} pages, {words:,} words in {seconds:.2f} s on 2 processes")
    print(beginning(paths[0], 1, texts[0][0]))
    print(beginning(paths[-1], len(texts[-1]), texts[-1][-1]))
