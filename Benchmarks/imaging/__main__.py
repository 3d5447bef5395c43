"""Jobs on images by our program, a floor in C and Pillow: see Benchmarks/README.md."""
import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from worker import Peer

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
JOBS = [("png", "png"), ("jpg", "jpeg"), ("png", "jpeg"), ("png", "jpeg420-85"), ("png", "webp")]


def photograph():
    """Something like a photograph: clouds of many sizes, fine noise, colours that differ little."""
    def clouds(sizes):
        canvas = Image.new("L", (1024, 1024), 128)
        for size in sizes:
            layer = Image.effect_noise((size, size), 90).resize((1024, 1024), Image.BICUBIC)
            canvas = Image.blend(canvas, layer, 0.4)
        return canvas

    light = Image.blend(clouds([512, 128, 32, 8, 4]), Image.effect_noise((1024, 1024), 20), 0.2)
    return Image.merge("YCbCr", [light, clouds([64, 16, 4]), clouds([64, 16, 4])]).convert("RGB")


def reference(path):
    if not path:
        return photograph()
    image = Image.open(path).convert("RGB")
    if min(image.size) < 1024:
        sys.exit("a photograph of 1024 x 1024 and more is wanted")
    left, top = (image.width - 1024) // 2, (image.height - 1024) // 2
    return image.crop((left, top, left + 1024, top + 1024))


def build(folder):
    floor = folder / "floor"
    subprocess.run(
        ["clang", "-O2", f"-I{ROOT}/Sources/CShims/include", HERE.parent / "peers/imaging_floor.c", "-o", floor,
         "-ldeflate", "-ljpeg", "-lwebp"], check=True)
    ours = subprocess.run(
        [ROOT / "script/build", "Benchmarks", "ImagingBench"], check=True, text=True, stdout=subprocess.PIPE)
    return floor, ours.stdout.split()[-1]


def median(rows, column=0):
    return statistics.median(row[column] for row in rows)


def main():
    arguments = argparse.ArgumentParser(prog="python3 Benchmarks/imaging", description=__doc__)
    arguments.add_argument("--rounds", type=int, default=11)
    arguments.add_argument("--photo", help="a photograph instead of one made up; its middle is taken")
    arguments = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        image = reference(arguments.photo)
        image.save(folder / "reference.png")
        image.save(folder / "reference.jpg", quality=95)
        floor, ours = build(folder)
        peers = {"ours": Peer(ours), "floor": Peer(floor), "Pillow": Peer(sys.executable, HERE / "pillow.py")}
        print("job               canvas    ours   floor  Pillow  to floor  Pillow to ours  bytes to Pillow's   (ms of CPU)")
        for source, output in JOBS:
            for kind in ["stretch", "mirror"]:
                path = folder / f"reference.{source}"
                times = {name: [] for name in peers}
                for turn in range(arguments.rounds + 1):
                    for name, peer in peers.items():
                        # Pillow takes a second, and its times hardly differ.
                        if name != "Pillow" or turn <= 3:
                            times[name].append(peer.do(path, output, kind))
                # The first round warms up.
                a, b, c = (times[name][1:] for name in peers)
                ratio = statistics.median(x[0] / y[0] for x, y in zip(a, b))
                print(f"{source:>4} to {output:<9} {kind:<8} {median(a):6.1f}  {median(b):6.1f}  {median(c):6.0f}"
                      f"  {ratio:8.2f}  {median(c) / median(a):14.1f}  {median(a, 2) / median(c, 2):17.3f}", flush=True)
        print("\ntwo cores: wall of a PNG's encoding, one and two hands, in ms, and the ratio of paired rounds")
        for kind in ["stretch", "mirror"]:
            path, pairs = folder / "reference.png", []
            for turn in range(arguments.rounds + 1):
                one = peers["ours"].do(path, "png", kind, folder / "one.png")
                two = peers["ours"].do(path, "png-2", kind, folder / "two.png")
                pairs.append((one[6], two[6]))
            same = (folder / "one.png").read_bytes() == (folder / "two.png").read_bytes()
            print(f"{kind:<8} {median(pairs[1:]):6.1f} {median(pairs[1:], 1):6.1f}"
                  f"  {statistics.median(two / one for one, two in pairs[1:]):.2f}  {'same bytes' if same else 'DIFFERENT BYTES'}")
        print("\nmost memory of a first job over the idle process, in MB")
        for output in ["png", "png-2", "jpeg", "webp", "lossless"]:
            for kind in ["stretch", "mirror"]:
                answer = Peer(ours).do(folder / "reference.png", output, kind)
                print(f"{output:<9} {kind:<8} {(answer[4] - answer[3]) / 1024:6.1f}")


main()
