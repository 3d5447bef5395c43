// swift-tools-version: 6.2
import PackageDescription

// Every room is built alike: Swift 6, each unsafe use marked, no warning let through. `Lifetimes` lets a type of ours
// hand out a `Span` of its own bytes.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableExperimentalFeature("Lifetimes"),
]

/// A room under `Sources/`: what it may import is what it names here.
func room(_ name: String, _ imports: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: imports, swiftSettings: house)
}

/// The tests of a room, under `Tests/`.
func tests(_ name: String, _ imports: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: imports, swiftSettings: house)
}

let package = Package(
    name: "outpaint",
    products: [
        .library(name: "Imaging", targets: ["Imaging"]),
        .library(name: "Outpainting", targets: ["Outpainting"]),
    ],
    targets: [
        .target(name: "CShims", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
        room("Bytes", ["CShims"]),
        tests("BytesTests", ["Bytes"]),
        room("Imaging", ["Bytes"]),
        tests("ImagingTests", ["Imaging"]),
        room("Outpainting", ["Imaging"]),
        tests("OutpaintingTests", ["Outpainting", "Imaging"]),
    ]
)
