// swift-tools-version: 6.2
import PackageDescription

// Fuzzers live in a package of their own, so that building the program never builds them. `script/fuzz` builds them all
// with the sanitizers they need; it takes each folder under `Sources` for a target.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    // The program's entry is libFuzzer's.
    .unsafeFlags(["-parse-as-library"]),
]

func fuzzer(_ name: String, _ rooms: [String]) -> Target {
    .executableTarget(
        name: name, dependencies: rooms.map { .product(name: $0, package: "outpaint") }, swiftSettings: house)
}

let package = Package(
    name: "Fuzz",
    dependencies: [
        .package(name: "outpaint", path: "..")
    ],
    targets: [
        fuzzer("Base64Fuzz", ["Bytes"]),
        fuzzer("BMPFuzz", ["Imaging", "Bytes"]),
        fuzzer("ChunkedDecoderFuzz", ["HTTP", "Bytes"]),
        fuzzer("DeliveryFuzz", ["BFL", "HTTP", "Net", "System", "Time", "Outbound", "Tasks", "TestSupport", "Bytes"]),
        fuzzer("GIFFuzz", ["Imaging", "Bytes"]),
        fuzzer("IntakeFuzz", ["Intake", "Bytes"]),
        fuzzer("JSONFuzz", ["JSON", "Bytes"]),
        fuzzer("RequestParserFuzz", ["HTTP", "TestSupport", "Bytes"]),
        fuzzer("JPEGFuzz", ["Imaging", "Bytes"]),
        fuzzer("PNGFuzz", ["Imaging", "Bytes"]),
        fuzzer("ProbeFuzz", ["Imaging"]),
        fuzzer("SteeringFuzz", ["Steering", "Tasks", "JSON", "Bytes"]),
        fuzzer("WebPFuzz", ["Imaging", "Bytes"]),
        fuzzer("WebSocketFuzz", ["HTTP", "Bytes"]),
    ]
)
