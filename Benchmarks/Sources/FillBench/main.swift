// Times the mosaic: a 1024 x 1024 reference centered on 2048 x 2048, both modes, one and two threads, interleaved.
//
//     swift run -c release --package-path Benchmarks FillBench [rounds=9] [ppm=FILE] [canvas=WxH] [fills=fast,high]
//
// Without a file it makes a photograph-like picture itself.

import Outpainting
import Parallel

let options = Options(CommandLine.arguments.dropFirst())
let reference = options.file.map { Picture.read($0) } ?? Picture.landscape(1024, 1024)
let canvas = options.canvas ?? Size(width: 2 * reference.width, height: 2 * reference.height)
let request = PlacementRequest(canvas: canvas, reference: Size(width: reference.width, height: reference.height))
let placement = try Placement(request)
let pair = ComputePool(count: 2)
let modes = options.modes
var times: [String: [Double]] = [:]

for _ in 0..<options.rounds {
    for (name, fill) in modes {
        times["\(name) 1", default: []].append(
            milliseconds { _ = try? fill.canvas(reference, placement, on: SingleWorker()) })
        times["\(name) 2", default: []].append(milliseconds { _ = try? fill.canvas(reference, placement, on: pair) })
    }
}

print("\(reference.width)x\(reference.height) centered on \(canvas), median (least) of \(options.rounds) in ms")
for (name, _) in modes {
    let (one, two) = (Summary(times["\(name) 1"] ?? []), Summary(times["\(name) 2"] ?? []))
    print("\(name): one thread \(one), two threads \(two), ratio \(rounded(two.median / one.median, 2))")
}
