// The nginx configuration that jobrun-serve(8) shows, as it stands there but for addresses and
// files, in front of a service.

import Foundation
import Testing

@Suite struct ProxyTests {
  private static func has(_ program: String) -> Bool {
    ["/usr/local/sbin", "/usr/sbin", "/usr/local/bin", "/usr/bin", "/bin"].contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
    }
  }

  /// The example, with other places for what it names.
  private func configuration(_ replacements: [(String, String)]) throws -> String {
    let displays = try ManualPage("jobrun-serve.8").displays
    var example = try #require(displays.first { $0.hasPrefix("server {") })
    for (old, new) in replacements {
      // What is not there could not be replaced, and another thing would be tested.
      try #require(example.contains(old), "\(old) is not in \(example)")
      example = example.replacingOccurrences(of: old, with: new)
    }
    return example
  }

  @Test(
    .enabled(if: has("nginx"), "nginx is not installed: apt-get install nginx-light"),
    .enabled(if: has("openssl"), "openssl is not installed"),
    .enabled(if: has("curl"), "curl is not installed: apt-get install curl"))
  func nginxInFrontSpeaksTLS() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.jobrun(
        "serve", "--users", "users", "--add-user", "ann", "--roles", "admin", input: "secret\n")
      let service = try spool.start([
        "serve", "--users", "users", "--listen", "127.0.0.1:0",
        "--public-url", "https://jobs.example.org",
      ])
      let port = try await tcpPort(of: service)
      let key = try await spool.shell(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
          + "-subj /CN=jobs.example.org -addext subjectAltName=DNS:jobs.example.org "
          + "-keyout key -out certificate 2>&1")
      try #require(key.code == 0, "\(key.out)")
      let server = try configuration([
        ("listen 443 ssl", "listen unix:\(spool.path("tls")) ssl"),
        ("/etc/ssl/jobs.pem", spool.path("certificate")),
        ("/etc/ssl/private/jobs.key", spool.path("key")),
        ("http://127.0.0.1:9090", "http://127.0.0.1:\(port)"),
      ])
      try spool.write(
        """
        daemon off; master_process off; pid \(spool.path("nginx.pid")); error_log \(spool.path("nginx.log"));
        events {}
        http {
          access_log off;
          client_body_temp_path \(spool.path("body")); proxy_temp_path \(spool.path("proxy"));
          fastcgi_temp_path \(spool.path("f")); uwsgi_temp_path \(spool.path("u"));
          scgi_temp_path \(spool.path("s"));
          \(server)
        }
        """, to: "nginx.conf")
      // Its workers belong to somebody else, if this is root.
      _ = try await spool.shell("chmod 711 \(spool.directory)")
      let nginx = try spool.startShell(
        "PATH=$PATH:/usr/sbin; exec nginx -e \(spool.path("nginx.log")) -c \(spool.path("nginx.conf"))"
      )
      let base = "https://jobs.example.org"
      func ask(_ words: String) async throws -> FinishedProcess {
        try await spool.shell(
          "curl -sS --cacert certificate --unix-socket tls -w '\\n%{http_code}' \(words)")
      }
      let job = try await spool.submit("--shell", "echo made")
      try await spool.work()
      try await eventually("nginx answers; \(nginx.err)\(spool.read("nginx.log"))") {
        try await ask("\(base)/none").lines.last == "404" || !nginx.isRunning
      }
      try #require(nginx.isRunning, "\(nginx.err)\(spool.read("nginx.log"))")
      let jobs = "\(base)/jobsmanagement/odata/v1.0/backgroundjob"
      #expect(try await ask(jobs).lines.last == "401")
      let list = try await ask("-u ann:secret \(jobs)")
      #expect(list.lines.last == "200")
      let link = try #require(list.out.firstMatch(of: /"publishLink":"([^"]+)"/)).1
      #expect(link.hasPrefix("\(base)/"))
      #expect(try await ask("-u ann:secret '\(link)'").lines == ["made", "200"])
      // What a page of the service's own may do, and no other.
      let rerun = "-u ann:secret -X POST \(base)/jobsmanagement/v1.0/backgroundjob/\(job)/rerun"
      #expect(try await ask("-H 'Origin: https://evil.example' \(rerun)").lines.last == "403")
      #expect(try await ask("-H 'Origin: \(base)' \(rerun)").lines.last == "200")
      // A body between nginx's own limit and that of the service gets there.
      try spool.write("\"" + String(repeating: "x", count: 3 << 20), to: "large")
      let large = try await ask(
        "-u ann:secret --data-binary @large \(base)/scheduler/connector-API/process/start")
      #expect(large.lines.last == "400", "\(large.out)")
      try await nginx.end()
      try await service.end()
    }
  }
}
