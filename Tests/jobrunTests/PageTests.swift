// The page in a real browser, which a script clicks through (Tests/Browser/page_test.py): a driver
// and axe are fetched, so it has to be asked for.

import Foundation
import Testing

@Suite struct PageTests {
  private static let isAsked = ProcessInfo.processInfo.environment["JOBRUN_BROWSER"] != nil

  @Test(.enabled(if: isAsked, "set JOBRUN_BROWSER=1 to fetch selenium and axe and run a browser"))
  func aBrowserIsLedThroughThePage() async throws {
    try await JobrunFixture.with { spool in
      let chromium = try await spool.shell("command -v chromedriver && command -v chromium")
      if chromium.code != 0 { try Test.cancel("there is no chromium with its chromedriver") }
      let python = try await spool.shell(
        """
        python3 -m venv venv && venv/bin/pip install -q selenium==4.51.0 2>&1 &&
        venv/bin/pip install -q --no-deps axe-playwright-python==0.1.8 2>&1
        """)
      if python.code != 0 { try Test.cancel("selenium or axe cannot be had: \(python.out)") }

      try spool.write(
        PackageFiles.text("spool/models/greet.json"), to: "spool/models/greet.json")
      for (user, roles) in [("ann", "read,run"), ("bob", "read")] {
        _ = try await spool.jobrun(
          "serve", "--users", "users", "--add-user", user, "--roles", roles, input: "secret\n")
      }
      let daemon = try await spool.daemon()
      let service = try spool.start(["serve", "--users", "users", "--listen", "127.0.0.1:0"])
      let port = try await tcpPort(of: service)
      let script = PackageFiles.root.appending(path: "Tests/Browser/page_test.py").path
      let test = try spool.startShell(
        """
        CHROMEDRIVER=$(command -v chromedriver) exec timeout -k 10 170 venv/bin/python \(script) \
        http://127.0.0.1:\(port) venv/lib/python3*/site-packages/axe_playwright_python/axe.min.js
        """)
      let done = try await test.finished(within: 200)
      #expect(done.code == 0, "\(done.err)\(service.err.suffix(2000))")
      try await service.end()
      try await daemon.end()
    }
  }
}
