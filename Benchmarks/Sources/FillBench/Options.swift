import Outpainting

/// What the command line asks for.
struct Options {
    var rounds = 9
    var file: String?
    var canvas: Size?
    private var names = ["fast", "high"]

    init(_ arguments: some Sequence<String>) {
        for argument in arguments {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "rounds": rounds = Int(parts[1]) ?? rounds
            case "ppm": file = parts[1]
            case "canvas":
                let sides = parts[1].split(separator: "x").compactMap { Int($0) }
                if sides.count == 2 { canvas = Size(width: sides[0], height: sides[1]) }
            case "fills": names = parts[1].split(separator: ",").map(String.init)
            default: break
            }
        }
    }

    var modes: [(String, MosaicFill)] {
        names.map { ($0, MosaicFill($0 == "fast" ? .fast : .high)) }
    }
}
