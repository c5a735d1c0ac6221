// The native requests, described for /openapi.json; their parameters are checked by it as well.

internal import HTTPServer
internal import JobCore
internal import Page

extension NativeAction {
  /// What it takes and answers.
  var operation: Operation {
    switch self {
    case .summary:
      Operation("How many jobs are in which phase, who asks, and whether a daemon works.")
        .answering(.ok, "As of now.", .json("Summary"))
    case .listJobs:
      Operation(
        "List jobs, a page at a time.", .phase, .outcome, .name, .search, .since, .filter, .order,
        .limit,
        .cursor, .fields
      ).answering(.ok, "A page.", .json("JobPage"))
    case .submitJobs:
      Operation("Submit one job, or many.", .idempotencyKey)
        .taking(.json("JobDocument"), .bytes("application/x-ndjson"))
        .answering(
          .ok,
          "The job was there already, as its Idempotency-Key says; or, of many, a line for each.",
          .json("ChangedJob"), .bytes("application/x-ndjson")
        )
        .answering(.created, "It is durable.", .json("ChangedJob")).naming(jobAt: "/id")
        .refusing(.conflict, .unsupportedMediaType, .unprocessable)
    case .showJob:
      Operation("All there is to know about a job.", .job("id"), .ifNoneMatch)
        .answering(.ok, "The job.", .json("Job")).answering(.notModified, "It has not changed.")
        .refusing(.notFound)
    case .explainJob:
      Operation("Why a job stands where it stands.", .job("id"))
        .answering(.ok, "The reason, and what is waited for.", .json("Explanation"))
        .refusing(.notFound)
    case .cancelJob:
      Operation("End a job, or only its current run.", .job("id"), .ifMatch)
        .taking(.json("Cancellation"), needed: false)
        .answering(.ok, "The request is durable.", .json("ChangedJob"))
        .refusing(.notFound, .conflict, .preconditionFailed, .unsupportedMediaType)
    case .rerunJob: change("Run a job once more, now.")
    case .holdJob: change("Keep a job from starting.")
    case .releaseJob: change("Let a held job go on.")
    case .readLog:
      Operation(
        "What a job's command has written.", .job("id"), .stream, .run, .lines, .follow
      ).answering(.ok, "Its bytes, as they are.", .bytes("text/plain; charset=utf-8"))
        .refusing(.notFound)
    case .listArtifacts:
      Operation("Files that a run has left.", .job("id"), .run)
        .answering(.ok, "Their names and sizes.", .json("Artifacts")).refusing(.notFound)
    case .downloadArtifact:
      Operation("One file that a run has left.", .job("id"), .artifactName, .run)
        .answering(.ok, "The file.", .bytes("application/octet-stream")).refusing(.notFound)
    case .previewJob:
      Operation("The coming firings of a job.", .job("id"), .count, .from)
        .answering(.ok, "They, and what takes some away.", .json("Preview")).refusing(.notFound)
    case .previewExpression:
      Operation("The coming firings of an expression.", .quartz, .timeZone, .count, .from)
        .answering(.ok, "They.", .json("Preview"))
    case .listModels:
      Operation("The models that jobs can be made from.")
        .answering(.ok, "Their names and parameters.", .json("Models"))
    case .showModel:
      Operation("One model.", .modelName).answering(.ok, "With its document.", .json("Model"))
        .refusing(.notFound)
    case .followEvents:
      Operation("What is decided, as it is decided.", .eventsSince, .eventsJob, .lastEventID)
        .answering(
          .ok, "Server-sent events without end: each one's data is a line of the history.",
          .bytes("text/event-stream"))
    case .liveness:
      Operation("Whether the service answers.").answering(.ok, "It does.", .json("Health"))
    case .readiness:
      Operation("Whether jobs can be submitted and are run.")
        .answering(.ok, "They are.", .json("Readiness"))
        .answering(.unavailable, "Not all is well.", .json("Readiness"))
    case .metrics:
      Operation("Metrics, as text for Prometheus.")
        .answering(.ok, "Text of version 0.0.4.", .bytes(MetricsText.mediaType))
    case .describeService:
      Operation("This description.").answering(.ok, "OpenAPI 3.1.", .json("Anything"))
    case .page:
      Operation("The page, for people.", .ifNoneMatch)
        .answering(.ok, "HTML.", .bytes("text/html; charset=utf-8"))
        .answering(.notModified, "It has not changed.")
    case .pageFile:
      Operation("A file of the page.", .pageFile, .ifNoneMatch)
        .answering(
          .ok, "The file.", .bytes("text/css; charset=utf-8"),
          .bytes("text/javascript; charset=utf-8"), .bytes("image/svg+xml")
        )
        .answering(.notModified, "It has not changed.").refusing(.notFound)
    }
  }

  private func change(_ summary: String) -> Operation {
    Operation(summary, .job("id"), .ifMatch).answering(.ok, "It is done.", .json("ChangedJob"))
      .refusing(.notFound, .conflict, .preconditionFailed)
  }
}

extension Parameter {
  static let phase = Parameter(
    "phase", .choice(Phase.Word.allCases.map(\.rawValue)), "Only jobs in one of these phases."
  ).repeated
  static let outcome = Parameter(
    "outcome", .choice(Outcome.Verdict.allCases.map(\.rawValue)),
    "Only jobs whose latest attempt has ended so, whatever follows.")
  static let name = Parameter(
    "name", .short, "Only jobs whose name fits a shell pattern."
  )
  .such(as: "back*")
  static let search = Parameter(
    "search", .short, "Part of the name in any letter case, a number, or the beginning of an id.")
  static let since = Parameter("since", .past, "Only jobs submitted or ended since.")
  static let filter = Parameter(
    "filter", .text, "Only jobs that fit a condition on the properties of background jobs."
  ).such(as: "jobStatus eq 'Failed'")
  static let order = Parameter(
    "order", .choice(JobOrder.allCases.map(\.rawValue)),
    "newest and oldest go by number; next by the next start, and ended backwards by the end of "
      + "the latest attempt, both without the jobs that have none. Default: newest.")
  static let limit = Parameter("limit", .integer(1...1000), "So many at most. Default: 50.")
  static let cursor = Parameter(
    "cursor", .text, "Where the page begins: `next` of the page before it, with the same order.")
  static let fields = Parameter(
    "fields", .text, "Only these members of each job, separated by commas."
  ).such(as: "id,phase")
  static let idempotencyKey = Parameter(
    "Idempotency-Key", in: .header, .form("IdempotencyKey"),
    "Becomes the id of the one job that is submitted, so that it can be sent again.")
  static let ifMatch = Parameter(
    "If-Match", in: .header, .text, "Only if the job's ETag is one of these.")
  static let ifNoneMatch = Parameter(
    "If-None-Match", in: .header, .text, "Only if the job's ETag is none of these.")
  static let stream = Parameter("stream", .choice(["stdout", "stderr"]), "Default: stdout.")
  static let run = Parameter("run", .integer(1...Int(Int32.max)), "Default: the latest.")
  static let lines = Parameter(
    "lines", .integer(0...1_000_000), "Only the last so many of what is there.")
  static let follow = Parameter(
    "follow", .flag, "Go on, through retries, until the run has ended.")
  static let artifactName = Parameter(
    "name", in: .path, .text, "As it is listed; a slash in it is written %2F.")
  static let count = Parameter("count", .integer(1...1000), "So many firings. Default: 5.")
  static let from = Parameter("from", .instant, "Firings after it. Default: now.")
  static let quartz = Parameter("quartz", .form("Quartz"), "The expression.").required
  static let timeZone = Parameter(
    "timeZone", .form("TimeZone"), "What the expression is meant in. Default: the service's own.")
  static let modelName = Parameter(
    "name", in: .path, .text, "As it is listed; a slash in it is written %2F.")
  static let pageFile = Parameter(
    "file", in: .path,
    .choice(PageFile.all.compactMap { $0.path.split(separator: "/").last.map(String.init) }),
    "Its name.")
  static let eventsSince = Parameter(
    "since", .past, "Also what was decided since. Default: from now on.")
  static let eventsJob = Parameter("job", .text, "Only what is about the job of this id.")
  static let lastEventID = Parameter(
    "Last-Event-ID", in: .header, .text, "Goes on behind that event.")
}
