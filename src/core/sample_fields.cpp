#include "jobflip/core/sample_fields.hpp"

namespace jobflip::core {
namespace {

using Sample = QueueSample;
constexpr Column kWanted = Column::wanted;
constexpr Column kMayBeLeftOut = Column::may_be_left_out;

constexpr SampleField kFields[]{
    {"runnable", &Sample::runnable, kWanted, "jobs due now and not taken"},
    {"oldest_runnable", &Sample::oldest_runnable, kWanted,
     "seconds since the oldest of them **became due** (not since it was inserted)"},
    {"unpromoted", &Sample::unpromoted, kWanted,
     "due, but not yet moved to where workers look (0 if there is no such step)"},
    {"running", &Sample::running, kWanted, "jobs that a worker has taken"},
    {"oldest_running", &Sample::oldest_running, kWanted,
     "seconds since the oldest of them was taken"},
    {"done", &Sample::done, kWanted, "completed jobs, counted as `done` in the pool file says"},
    {"last_done_at", &Sample::last_done_at, kWanted, "when the latest of them was completed"},
    {"failed", &Sample::failed, kWanted, "failed attempts; a failure is activity"},
    {"paused", &Sample::paused, kWanted, "NULL: the database does not know"},
    {"marker", &Sample::marker, kMayBeLeftOut, "rises with every claim"},
    {"head", &Sample::head, kMayBeLeftOut, "identity of the first runnable job"},
    {"blocked", &Sample::blocked, kMayBeLeftOut,
     "due, but held back by a concurrency key: not in `runnable`"},
    {"deferred", &Sample::deferred, kMayBeLeftOut,
     "jobs that failed and wait for their next attempt: not in `runnable`"},
    {"oldest_deferred", &Sample::oldest_deferred, kMayBeLeftOut,
     "seconds since the oldest of them first became due"},
    {"overdue_running", &Sample::overdue_running, kMayBeLeftOut,
     "running jobs that are over their own timeout"},
    {"oldest_untried", &Sample::oldest_untried, kMayBeLeftOut,
     "seconds since the oldest of the due jobs that were never attempted became due; a job that "
     "always fails does not raise it"},
    {"expected_next", &Sample::expected_next, kMayBeLeftOut,
     "seconds until the next job becomes due, if a schedule says so"},
};

bool is_age(const SampleField& field) {
  return std::holds_alternative<std::optional<Millis> Sample::*>(field.member);
}

}  // namespace

std::span<const SampleField> sample_fields() {
  return kFields;
}
std::string column_of(const SampleField& field) {
  return std::string{field.name} + (is_age(field) ? "_s" : "");
}
std::string json_key(const SampleField& field) {
  return std::string{field.name} + (is_age(field) ? "_ms" : "");
}

}  // namespace jobflip::core
