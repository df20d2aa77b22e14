#pragma once
/// What a run leaves behind, as plain text files, and nothing else is believed: one file for each
/// worker process, written by that process with O_APPEND, and the store's tables as tab-separated
/// lines, one folder for each history that the store ever had ("branch": a promotion that lost
/// commits begins a new one).

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace jobflip::faults {

/// One worker process. Times are nanoseconds on CLOCK_BOOTTIME, which all processes of the machine
/// share.
struct WorkerFile {
  std::string name;
  std::string node;
  pid_t pid{};
  std::int64_t epoch{};
  std::vector<std::int64_t> ticks;         // the process ran at this moment; the first: it began
  std::vector<std::int64_t> performed;     // items whose work was done, before the commit
  std::vector<std::int64_t> acknowledged;  // serials whose commit was acknowledged
  int refused{};                           // fences that said: the lease is lost
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
  std::int64_t done_serial{};  // 0: not done
};

struct Branch {
  std::string name;
  std::vector<Commit> commits;
  std::vector<Event> events;
  std::vector<Flip> flips;
  std::vector<Step> steps;
  std::vector<Request> requests;
  std::vector<Item> items;
  std::int64_t owner_epoch{};  // of the row pool_owner of the pool; 0: never held
};

/// A whole node was held still and woke up at `at`: its workers may run until its guard has had a
/// moment (docs/safety.md, "The limits"). They may commit nothing.
struct Thaw {
  std::string node;
  std::int64_t at{};
};

struct BlackBox {
  std::vector<WorkerFile> workers;
  std::vector<Branch> branches;  // the last one is the history that stands
  std::vector<Thaw> thaws;
};

/// The tables of a branch: file name and the query that fills it.
struct Export {
  const char* file;
  const char* query;
};
const std::vector<Export>& exports();

/// Throws std::runtime_error naming file and line where a line is not what it must be. The last
/// line of a worker's file may be cut short: its process was killed.
WorkerFile read_worker(const std::string& path);
Branch read_branch(const std::string& folder);
/// `folder` holds workers/, branch-1/, branch-2/, ... and thaws.tsv.
BlackBox read_capture(const std::string& folder);

}  // namespace jobflip::faults
