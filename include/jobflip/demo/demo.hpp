#pragma once
/// `jobflip demo`: the whole story in one terminal, on real parts. A private PostgreSQL, three
/// agents, two supervisors, a real SMTP server; a hung worker, a killed agent, a power cut. Every
/// figure that it prints was measured in this run, and mails are counted from the SMTP server's
/// files.
///
/// Invariants:
///  - it ends everything that it starts, by pid, however it ends itself (except by SIGKILL, after
///    which the kernel ends what can be ended: see host::Process);
///  - it writes nothing outside its own temporary folder and `keep`, and uses no network but
///    loopback;
///  - every wait has a deadline, and its error says what it waited for and which log to read.

#include <string>

namespace jobflip::demo {

struct DemoOptions {
  std::string program;  // the jobflip binary whose verbs are run; "": this very one
  std::string keep;  // leave mail/, logs/ and audit.json there, and go on until Ctrl-C; "": don't
  int mails{300};
};

/// Prints the story to stdout. 0: everything held; 1: it did not, or something failed; 2:
/// `options`.
int run_demo(const DemoOptions& options);

}  // namespace jobflip::demo
