#pragma once
/// The files that a run leaves behind, as plain text; the judge trusts nothing else. Each worker
/// process writes one file with O_APPEND. The store's tables are tab-separated lines in one folder
/// for each history that the store had (a "branch": a promotion that loses commits begins a new
/// one).

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace jobflip::faults {

/// One worker process. Times are nanoseconds on CLOCK_BOOTTIME, which is the same for all
/// processes of the machine.
struct WorkerFile {
  std::string name;
  std::string node;
  pid_t pid{};
  std::int64_t epoch{};
  std::vector<std::int64_t> ticks;         // the process ran at this moment; the first is its start
  std::vector<std::int64_t> performed;     // items whose work was done, before the commit
  std::vector<std::int64_t> acknowledged;  // serials whose commit was acknowledged
  int refused{};                           // times that the fence refused: the lease is lost
};

struct Commit {
  std::int64_t serial{};
  std::int64_t epoch{};
  std::string node;
};

struct Event {
  std::string chain;
  std::int64_t seq{};
  std::string kind;
  std::string node;
  std::int64_t flip{};   // 0: none
  std::int64_t epoch{};  // 0: none
  std::string hash;
  std::string to_state;  // of a flip_step
  std::string request;   // of a flip_requested or flip_refused
  bool operator==(const Event&) const = default;
};

struct Flip {
  std::int64_t id{};
  std::string state;
  bool ended{};
};

struct Step {
  std::int64_t flip{};
  std::int64_t seq{};
  std::string state;
};

struct Request {
  std::string request;
  bool accepted{};
  std::int64_t flip{};  // 0: none
};

struct Item {
  std::int64_t id{};
  std::int64_t done_serial{};  // 0: open
};

struct Branch {
  std::string name;
  std::vector<Commit> commits;
  std::vector<Event> events;
  std::vector<Flip> flips;
  std::vector<Step> steps;
  std::vector<Request> requests;
  std::vector<Item> items;
  std::int64_t owner_epoch{};  // from the pool's row in pool_owner; 0: never held
};

/// A whole node was frozen and woke up at `at`: its workers may run for a moment, until its guard
/// has ended them (docs/safety.md, "The limits"). They must not commit anything.
struct Thaw {
  std::string node;
  std::int64_t at{};
};

struct Evidence {
  std::vector<WorkerFile> workers;
  std::vector<Branch> branches;  // the last one is the current history
  std::vector<Thaw> thaws;
};

/// The tables of a branch: the file name, and the query that fills it.
struct Export {
  const char* file;
  const char* query;
};
const std::vector<Export>& exports();

/// Throws std::runtime_error with file and line if a line is malformed. The last line of a
/// worker's file may be incomplete, because its process was killed.
WorkerFile read_worker(const std::string& path);
Branch read_branch(const std::string& folder);
/// `folder` holds workers/, branch-1/, branch-2/, ... and thaws.tsv.
Evidence read_evidence(const std::string& folder);

}  // namespace jobflip::faults
