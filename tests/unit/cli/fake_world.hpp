#pragma once
/// A scripted world: the stores give prepared answers and record what they were asked; the clock
/// advances only when somebody waits.

#include <functional>
#include <map>
#include <sstream>

#include "jobflip/cli/run.hpp"
#include "unit/cli/fake_schema.hpp"
#include "unit/cli/fake_unit_files.hpp"

namespace jobflip::cli {

/// What a command printed, and its exit code.
struct Ran {
  int code{};
  std::string out;
  std::string err;
};

class FakeWorld {
 public:
  Script script;
  FakeHost host;
  std::map<std::string, std::string> environment{{"USER", "ann"}};
  bool terminal{false};
  std::size_t columns{0};  // width of a terminal without colour that results go to; 0: a pipe
  std::size_t rows{0};     // its height; 0: unknown
  std::string typed;       // what the user types
  Instant now{std::chrono::hours{1}};
  Instant interrupt_at{Instant::max()};
  Instant closed_at{Instant::max()};                       // whoever reads the output leaves
  std::function<void()> on_wait;                           // something happens during a wait
  std::map<std::string, std::string> databases;            // that a probe was opened for
  Result<core::QueueSample> reading{core::QueueSample{}};  // of every queue
  int readings{0};
  std::map<std::string, core::CheckResult> check_results;  // by service; others pass
  Result<std::vector<core::FinishedJob>> finished_jobs{std::vector<core::FinishedJob>{}};
  std::vector<std::string> programs;  // the programs that the hooks ran

  /// Runs `jobflip` with these arguments.
  Ran run(const std::vector<std::string>& words);

 private:
  World world(std::istream& in, std::ostream& out, std::ostream& err);
  void give_stores(World& w);
};

/// An event that is valid after one with this hash.
core::AuditEvent audit_event(const std::string& chain, std::int64_t seq,
                             const std::string& previous_hash);

/// A wall time that starts at 2026-11-23T03:00:00Z.
WallTime wall(Millis after = Millis{0});

/// Pool mail, active on job1; job2 ready, job3 drained; one queue, OK; sup1 leads.
core::Snapshot calm_snapshot();
/// The same, with every abnormal state that status can show.
core::Snapshot troubled_snapshot();
/// A timeline of flip 7 of mail, up to `state`.
core::FlipTimeline timeline_until(core::FlipState state);

/// The same, for a flip whose old host kept this of its workers.
core::FlipTimeline timeline_with(std::vector<std::string> documents);
/// A host's document on a stalled e-mail worker, with everything that a document may contain.
std::string some_black_box();

/// Compares with tests/golden/cli/NAME. With $JOBFLIP_GOLDEN=write it writes the file instead.
void expect_golden(const std::string& name, const std::string& text);

/// A chain of `mail_events` in "mail" and one event in "jobflip", with their heads.
void fill_audit(Script& script, std::int64_t mail_events);

/// No line is wider than 100 columns.
void expect_fits(const std::string& text);

}  // namespace jobflip::cli
