// The executable: one line, so that everything can be tested.

import Commands
import LinuxIO

CurrentProcess.exit(Program.main())
