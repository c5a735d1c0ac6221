// swift-tools-version: 6.2
import PackageDescription

// Static linking is a matter of the command line (see README.md): in the manifest it
// breaks `swift test -c release`.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func library(
  _ name: String, on dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

func tests(
  _ name: String, on dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

let package = Package(
  name: "jobrun",
  products: [.executable(name: "jobrun", targets: ["jobrun"])],
  targets: [
    .executableTarget(
      name: "jobrun", dependencies: ["Commands", "LinuxIO"], swiftSettings: settings),
    library(
      "Commands", on: ["JobDaemon", "RESTService", "HTTPServer", "JobSpool", "JobCore", "LinuxIO"]),
    library("JobDaemon", on: ["JobSpool", "JobCore", "LinuxIO"]),
    library(
      "RESTService", on: ["Page", "HTTPServer", "JobSpool", "JobCore", "LinuxIO"],
      exclude: ["OpenAPI/schemas.json"]),
    library("Page", on: ["CFiles"], exclude: ["Static"]),
    // The files that are left out above, in the binary: no folder has to come with it.
    .target(name: "CFiles"),
    library("HTTPServer", on: ["LinuxIO"]),
    library("JobSpool", on: ["JobCore", "LinuxIO"]),
    library("JobCore"),
    library("LinuxIO", on: ["CLinux"]),
    // libcrypt is part of the C library's development files; it links statically as well.
    .target(name: "CLinux", linkerSettings: [.linkedLibrary("crypt")]),
    // One operation on a spool in a process of its own, for tests to crash.
    .executableTarget(
      name: "CrashHelper", dependencies: ["JobSpool", "JobCore", "LinuxIO"],
      path: "Tests/CrashHelper", swiftSettings: settings),
    // What several test targets hold the time core against: cases, and a slow reading.
    .target(
      name: "TimeOracle", dependencies: ["JobCore"], path: "Tests/TimeOracle",
      swiftSettings: settings),
    tests(
      "JobCoreTests", on: ["TimeOracle", "JobCore"], exclude: ["Data", "Golden"]),
    tests("LinuxIOTests", on: ["CrashHelper", "LinuxIO"]),
    tests("JobSpoolTests", on: ["CrashHelper", "JobSpool", "JobCore", "LinuxIO"]),
    tests("JobDaemonTests", on: ["JobDaemon", "JobSpool", "JobCore", "LinuxIO"]),
    tests("PageTests", on: ["Page"]),
    tests("HTTPServerTests", on: ["HTTPServer", "LinuxIO"]),
    tests(
      "RESTServiceTests",
      on: ["jobrun", "RESTService", "Page", "HTTPServer", "JobSpool", "JobCore", "LinuxIO"],
      exclude: ["Samples"]),
    tests(
      "jobrunTests",
      on: ["jobrun", "TimeOracle", "Commands", "JobSpool", "JobCore", "LinuxIO"],
      exclude: ["Golden", "Schemathesis", "Slurm/cluster.sh"]),
    tests(
      "BenchmarkTests",
      on: ["jobrun", "JobDaemon", "TimeOracle", "JobSpool", "JobCore", "LinuxIO"]),
  ]
)
