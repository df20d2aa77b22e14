#pragma once
/// The process between a check and its command: it runs the command, and outlives whatever that
/// starts. Orphans of the command become its children (PR_SET_CHILD_SUBREAPER), so it finds them
/// all, also those that left their session.
///
/// It never returns, and calls only what a child of a program with threads may call.

namespace jobflip::checks {

/// What it says about the command, in one write.
struct CommandEnd {
  enum class How : int { exited, killed, not_started };
  How how{};
  int number{};  // the exit code, the signal or errno
};

struct KeeperFiles {
  int null{};     // the command's standard input
  int output{};   // its standard output and error
  int control{};  // at its end the command and everything else are killed
  int answer{};   // where a CommandEnd goes
};

/// For a child of fork(). Requires: both lists end in a null pointer.
[[noreturn]] void keep_command(char* const* argv, char* const* environment,
                               const KeeperFiles& files) noexcept;

}  // namespace jobflip::checks
