// A small program for the tests of the options engine; the real tables have tests of their own.

import Commands

let sampleProgram = ProgramSyntax(
  summary: "Run jobs on time, once and in the record. A job is a command with a schedule; the "
    + "spool is where both are kept.",
  options: [
    .value("spool", "DIR", help: "Use the spool in this directory.")
  ],
  commands: [sampleSubmit, sampleCancel, sampleStatus].map { syntax in
    .init(verb: syntax.verb) { syntax }
  })

let sampleSubmit = CommandSyntax(
  verb: "submit", summary: "Put a job into the spool and print its id.",
  operands: "FILE...\n-\nCOMMAND [ARGUMENT...]",
  options: [
    .value("retry", short: "n", "N", help: "Try again so many times after a failure."),
    .value("priority", "N", help: "Start before jobs of lower numbers."),
    .value("tz", "ZONE", help: "Read times without a zone in this one, such as Europe/Berlin."),
    .value(
      "env", short: "e", "NAME[=VALUE]", repeats: true,
      help: "Set a variable for the job; without a value, copy it from the environment of submit. "
        + "May be given several times."),
    .optionalValue("wait", short: "w", "status", help: "Wait for the end of the job."),
    .value("maximum-execution-time", "DURATION", help: "Stop a run that takes longer."),
    .flag("json", short: "j", help: "Print JSON."),
    .flag("quiet", short: "q", help: "Print nothing."),
  ],
  stopsAt: { word in
    word != "-" && !word.hasSuffix(".json") && !word.hasSuffix(".ndjson")
  },
  details: """
    Operands that all end in .json or .ndjson are files of job documents, and - is the
    standard input. Anything else is a command, and options behind its first word are its own.

    The exit status is 0 only when the job is on disk.
    """,
  examples: [
    (
      "Run a command at three every night, and try twice again if it fails:",
      "jobrun submit --cron '0 0 3 * * ?' --retry 2 /usr/local/bin/backup --full"
    ),
    ("Take in job documents from a pipeline:", "generate-jobs | jobrun submit -"),
  ])

let sampleCancel = CommandSyntax(
  verb: "cancel", summary: "End a job and its schedule.", operands: "ID...",
  options: [.flag("run", help: "Stop only the run under way.")])

let sampleStatus = CommandSyntax(
  verb: "status", summary: "Show jobs.", operands: "[ID...]",
  options: [.flag("json", short: "j", help: "Print JSON.")])
