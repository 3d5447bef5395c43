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

/// What the program itself is built without on top of that: regular expressions and Swift's own concurrency are imported
/// by default, and linked in full even where nobody uses them, which costs memory and a slower start.
let lean: [SwiftSetting] = [
    .unsafeFlags([
        "-Xfrontend", "-disable-implicit-string-processing-module-import",
        "-Xfrontend", "-disable-implicit-concurrency-module-import",
    ]),
    // Checked in every debug build, and so in every test; on the way of a request the checks would cost one per cent.
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// A room under `Sources/`: what it may import is what it names here.
func room(_ name: String, _ imports: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: imports, swiftSettings: house + lean)
}

/// A library of the system under `Sources/`: a module map and nothing else. `script/build` links its archive instead.
func library(_ name: String, _ pkgConfig: String?, _ package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// The tests of a room, under `Tests/`.
func tests(_ name: String, _ imports: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: imports, swiftSettings: house)
}

let package = Package(
    name: "outpaint",
    // The rooms that benchmarks and fuzzers, packages of their own, look into, and what answers requests without a socket.
    products: [
        "Bytes", "System", "Time", "Net", "Crypto", "JSON", "Outbound", "HTTP", "Parallel", "Imaging", "Outpainting",
        "Tasks", "Steering", "Intake", "BFL", "Runware", "Control", "TestSupport",
    ].map { .library(name: $0, targets: [$0]) } + [
        .executable(name: "outpaint", targets: ["outpaint"])
    ],
    targets: [
        library("CPNG", "libpng", "libpng-dev"),
        library("CJPEG", "libjpeg", "libjpeg62-turbo-dev"),
        library("CWebP", "libwebpdemux", "libwebp-dev"),
        library("CDeflate", "libdeflate", "libdeflate-dev"),
        library("CZlib", "zlib", "zlib1g-dev"),
        library("COpenSSL", "libcrypto", "libssl-dev"),
        // Loaded when it is first used, so nothing is asked about linking it.
        library("CCurl", nil, "libcurl4-openssl-dev"),
        .target(
            name: "CShims", dependencies: ["CPNG", "CJPEG", "CWebP", "CDeflate", "CZlib"],
            // Headers alone: FreeType is loaded when it is first used.
            cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror", "-I/usr/include/freetype2"])]),
        .target(
            name: "CBuildInfo",
            cSettings: Context.environment["OUTPAINT_COMMIT"].map { [.define("OUTPAINT_COMMIT", to: "\"\($0)\"")] }
                ?? []),
        room("Bytes", ["CShims"]),
        room("System", ["Bytes", "CShims"]),
        room("Time", ["Bytes", "System"]),
        room("Net", ["Bytes", "System", "Time", "CShims"]),
        room("Crypto", ["Bytes", "COpenSSL"]),
        room("JSON", ["Bytes"]),
        room("Outbound", ["Bytes", "Net", "System", "Time", "CShims", "CCurl"]),
        room("HTTP", ["Bytes", "Net", "System", "Time", "Crypto"]),
        room("Parallel", ["Bytes", "System"]),
        room("Imaging", ["Bytes", "System", "Parallel", "CShims", "CDeflate", "CZlib", "CWebP"]),
        room("Outpainting", ["Bytes", "System", "Imaging", "Parallel"]),
        room(
            "Tasks",
            ["Bytes", "Net", "System", "Time", "Crypto", "Parallel", "Outbound", "Imaging", "Outpainting"]),
        room("Steering", ["Bytes", "System", "Time", "Crypto", "JSON", "Outbound", "HTTP", "Tasks"]),
        room("Intake", ["Bytes", "Imaging", "Outbound"]),
        room("Download", ["Bytes", "Net", "System", "Time", "Crypto", "HTTP", "Tasks"]),
        room(
            "BFL",
            [
                "Bytes", "Net", "System", "Time", "Crypto", "JSON", "HTTP", "Imaging", "Outpainting", "Outbound",
                "Tasks", "Steering", "Intake", "Download",
            ]),
        room(
            "Runware",
            [
                "Bytes", "Net", "System", "Time", "Crypto", "JSON", "HTTP", "Imaging", "Outpainting", "Outbound",
                "Tasks", "Steering", "Intake", "Download",
            ]),
        room("Control", ["Bytes", "System", "Time", "Crypto", "JSON", "HTTP", "Tasks", "Steering"]),
        room(
            "App",
            [
                "Bytes", "Net", "System", "Time", "JSON", "HTTP", "Parallel", "Imaging", "Outpainting", "Outbound",
                "Tasks", "Steering", "Intake", "BFL", "Runware", "Control",
            ]),
        .executableTarget(name: "outpaint", dependencies: ["App", "CBuildInfo"], swiftSettings: house + lean),
        // What several test targets share.
        .target(
            name: "TestSupport", dependencies: ["HTTP", "Net", "System", "Time", "Crypto", "Bytes"],
            path: "Tests/TestSupport",
            swiftSettings: house
        ),
        // What real clients and proxies are tried on, by Tests/Integration.
        .executableTarget(
            name: "TestServer", dependencies: ["HTTP", "Net", "System", "Time", "Bytes"], path: "Tests/TestServer",
            swiftSettings: house),
        // Stores written outside of `Tasks`, which fail as a test says.
        .target(
            name: "TestStores", dependencies: ["Tasks", "System", "Time", "Bytes"], path: "Tests/TestStores",
            swiftSettings: house),
        tests("BytesTests", ["Bytes", "TestSupport"]),
        tests("SystemTests", ["System", "Bytes", "TestSupport"]),
        tests("TimeTests", ["Time", "System", "Bytes", "TestSupport"]),
        tests("NetTests", ["Net", "System", "Time", "Bytes", "TestSupport"]),
        tests("CryptoTests", ["Crypto", "Bytes", "TestSupport"]),
        tests("JSONTests", ["JSON", "Bytes", "TestSupport"]),
        tests("OutboundTests", ["Outbound", "Net", "System", "Time", "Bytes", "TestSupport"]),
        tests("HTTPTests", ["HTTP", "Net", "System", "Time", "Bytes", "TestSupport"]),
        tests("IntakeTests", ["Intake", "Imaging", "Outbound", "Net", "System", "Time", "Bytes", "TestSupport"]),
        tests(
            "BFLTests",
            [
                "BFL", "JSON", "HTTP", "Net", "System", "Time", "Crypto", "Bytes", "Imaging", "Outpainting", "Outbound",
                "Tasks", "Steering", "Intake", "TestSupport", "TestStores",
            ]),
        tests(
            "RunwareTests",
            [
                "Runware", "JSON", "HTTP", "Net", "System", "Time", "Bytes", "Imaging", "Outpainting", "Outbound",
                "Tasks", "Steering", "Intake", "TestSupport", "TestStores",
            ]),
        tests(
            "AppTests",
            [
                "App", "Tasks", "Outbound", "JSON", "HTTP", "Imaging", "Outpainting", "Net", "System", "Time", "Bytes",
                "TestSupport",
            ]),
        tests(
            "SteeringTests",
            ["Steering", "Tasks", "HTTP", "JSON", "Crypto", "System", "Time", "Bytes", "TestSupport"]),
        tests(
            "ControlTests",
            [
                "Control", "BFL", "Steering", "Tasks", "Outbound", "HTTP", "JSON", "System", "Time", "Bytes",
                "TestSupport",
            ]),
        tests("ParallelTests", ["Parallel", "System"]),
        tests("ImagingTests", ["Imaging", "Bytes", "Parallel", "CShims", "TestSupport"]),
        tests(
            "TasksTests",
            [
                "Tasks", "Outpainting", "Imaging", "Parallel", "Outbound", "Crypto", "Net", "System", "Time", "Bytes",
                "TestSupport", "TestStores",
            ]),
        tests("OutpaintingTests", ["Outpainting", "Imaging", "Parallel", "Bytes", "TestSupport"]),
    ]
)
