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

let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(name: "outpaint", path: "..")
    ],
    targets: []
)
