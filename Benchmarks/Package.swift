// swift-tools-version: 6.2
import PackageDescription

/// A benchmark under `Sources/`, and the rooms it measures.
func bench(_ name: String, _ rooms: [String]) -> Target {
    .executableTarget(
        name: name, dependencies: rooms.map { .product(name: $0, package: "outpaint") },
        swiftSettings: [
            .swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error),
            .enableUpcomingFeature("ExistentialAny"), .enableExperimentalFeature("Lifetimes"),
        ])
}

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "outpaint", path: "..")],
    targets: [
        bench("FillBench", ["Imaging", "Outpainting"])
    ]
)
