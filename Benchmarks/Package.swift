// swift-tools-version: 6.2
import PackageDescription

// Benchmarks live in a package of their own, so that building the program never builds them.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableExperimentalFeature("Lifetimes"),
]

/// A program under `Sources/` that uses these rooms.
func benchmark(_ name: String, _ rooms: [String]) -> Target {
    .executableTarget(
        name: name, dependencies: rooms.map { .product(name: $0, package: "outpaint") }, swiftSettings: house)
}

let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(name: "outpaint", path: "..")
    ],
    targets: [
        benchmark("BenchServer", ["Bytes", "Net", "System", "Time", "HTTP"]),
        benchmark("JSONBench", ["JSON", "Bytes"]),
        benchmark("ImagingBench", ["Imaging", "Bytes", "Net", "System", "Time", "Parallel"]),
        benchmark("FillBench", ["Imaging", "Outpainting", "Parallel"]),
        benchmark("TasksBench", ["Tasks", "Imaging", "Outpainting", "Crypto", "Net", "System", "Time", "Bytes"]),
    ]
)
