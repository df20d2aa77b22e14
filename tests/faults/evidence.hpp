#pragma once
/// What the workers themselves left behind, and what it proves. Nothing that jobflip says is
/// believed here, but where it is the thing to be checked (the audit log).
///
/// A holding is the life of one worker process: its node, its epoch, and every moment on the boot
/// clock, which all nodes of a test share, at which it was seen to run.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace jobflip::faults {

struct Holding {
  std::string node;
  std::int64_t epoch{};
  std::int64_t pid{};
  std::vector<std::int64_t> moments;  // ns, rising
};

/// One commit of a fenced transaction, in the order of the commits.
struct Commit {
  std::string node;
  std::int64_t epoch{};
};

/// A take as the audit log has it.
struct Take {
  std::string node;
  std::int64_t epoch{};
};

/// A whole host stood still, as in a paused virtual machine. What its processes do between waking
/// up and finding out can't be prevented on the host itself; such moments are counted apart, and
/// none of them may commit.
struct Freeze {
  std::string node;
  std::int64_t woken{};  // ns
  std::int64_t until{};  // the guard must have ended its workers by then
};

struct Findings {
  std::vector<std::string> overlaps;
  std::vector<std::string> stale_commits;
  std::vector<std::string> unrecorded;
  std::int64_t woken_moments{};  // work between a wake-up and the guard's end of it

  bool clean() const { return overlaps.empty() && stale_commits.empty() && unrecorded.empty(); }
};

/// Reads every file of the folder; throws std::runtime_error where one is not what a worker writes.
/// A last line that a kill cut short is left out.
std::vector<Holding> read_holdings(const std::string& folder);
Holding parse_holding(const std::string& name, const std::string& text);

/// No two holdings of different nodes or epochs have moments between each other's.
void check_overlaps(const std::vector<Holding>& holdings, const std::vector<Freeze>& freezes,
                    Findings& findings);
/// The epoch of a commit is never below that of one before it, and has one node.
void check_commits(const std::vector<Commit>& commits, Findings& findings);
/// Each epoch that anybody worked under was taken once, by that node, and is in the audit log.
/// `lost`: epochs whose take a promotion that lost history may have taken along.
void check_takes(const std::vector<Holding>& holdings, const std::vector<Take>& takes,
                 bool history_was_lost, Findings& findings);

}  // namespace jobflip::faults
