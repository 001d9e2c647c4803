"""Thumbnails of pictures, and one contact sheet of them all: PNG files of 8 bits, RGB or RGBA."""
import math
import struct
import time
import zlib
from multiprocessing import Pool
from pathlib import Path

FOLDER, FACTOR = Path(__file__).parents[2] / "fixtures" / "pictures", 4


def read_png(data):
    width, height, _, colour_type = struct.unpack(">IIBB", data[16:26])
    channels = 4 if colour_type == 6 else 3
    packed, at = b"", 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += length + 12
    filtered, length = zlib.decompress(packed), width * channels
    rows = bytearray()
    for y in range(height):
        kind, row = filtered[y * (length + 1)], filtered[y * (length + 1) + 1 : (y + 1) * (length + 1)]
        for x, byte in enumerate(row):
            left = rows[-channels] if x >= channels else 0
            above = rows[-length] if y > 0 else 0
            corner = rows[-length - channels] if y > 0 and x >= channels else 0
            rows.append((byte + (0, left, above, (left + above) // 2, paeth(left, above, corner))[kind]) % 256)
    pixels = [tuple(rows[i : i + channels]) + (255,) * (4 - channels) for i in range(0, len(rows), channels)]
    return width, height, pixels


def paeth(left, above, corner):
    guess = left + above - corner
    return min((left, above, corner), key=lambda neighbour: abs(guess - neighbour))


def thumbnail(path):
    width, height, pixels = read_png(path.read_bytes())
    small = [
        tuple(sum(channel) // FACTOR**2 for channel in zip(*block(pixels, width, x * FACTOR, y * FACTOR)))
        for y in range(height // FACTOR)
        for x in range(width // FACTOR)
    ]
    return path.name, (width, height), (width // FACTOR, height // FACTOR), small


def block(pixels, width, left, top):
    return [pixels[y * width + x] for y in range(top, top + FACTOR) for x in range(left, left + FACTOR)]


def row_of(name, size, small, pixels):
    mean = [sum(channel) // len(pixels) for channel in zip(*pixels)][:3]
    return name, "{} x {}".format(*size), "{} x {}".format(*small), "#" + "".join(f"{channel:02x}" for channel in mean)


def contact_sheet(thumbnails):
    across = math.ceil(math.sqrt(len(thumbnails)))
    cell_width, cell_height = (max(small[axis] for _, _, small, _ in thumbnails) for axis in (0, 1))
    width, height = across * cell_width, math.ceil(len(thumbnails) / across) * cell_height
    data = bytearray(width * height * 4)
    for i, (_, _, (columns, _), pixels) in enumerate(thumbnails):
        for place, pixel in enumerate(pixels):
            x, y = i % across * cell_width + place % columns, i // across * cell_height + place // columns
            data[(y * width + x) * 4 : (y * width + x + 1) * 4] = bytes(pixel)
    return width, height, data


if __name__ == "__main__":
    paths = sorted(FOLDER.glob("*.png"))
    begun = time.perf_counter()
    with Pool(2) as pool:
        thumbnails = pool.map(thumbnail, paths)
    seconds = time.perf_counter() - begun
    width, height, data = contact_sheet(thumbnails)
    heads = "picture", "pixels", "thumbnail", "mean colour"
    rows = [row_of(*small) for small in thumbnails]
    widths = [max(len(cell) for cell in column) for column in zip(heads, *rows)]
    for row in heads, ["-" * width for width in widths], *rows:
        print("  ".join(cell.rjust(size) if 0 < i < 3 else cell.ljust(size) for i, (cell, size) in enumerate(zip(row, widths))).rstrip())
    print(f"\ncontact sheet of {width} x {height}, CRC-32 of its pixels {zlib.crc32(data):08x}")
    megabytes = sum(path.stat().st_size for path in paths) / 1e6
    print(f"{len(paths)} pictures, {megabytes:.1f} MB, in {seconds:.2f} s on 2 processes")
