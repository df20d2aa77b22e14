#include "faults/fleet_text.hpp"

#include <fmt/format.h>

namespace jobflip::faults {
namespace {

// Short, so that many failovers fit into a campaign, and as long as a machine needs on which
// everything runs at once: 4 >= 0.5 + 0.3 + 0.5 + 0.4 + 2 * 0.6; 5 >= 4 * 1.1 / 0.9;
// 5.6 >= 5 * 1.1.
constexpr const char* kTimings = R"(beat_every = "400ms"
call_deadline = "600ms"
lease = "4s"
graceful_stop = "500ms"
kill_to_empty = "300ms"
guard_margin = "500ms"
takeover_after = "5s"
freeze = "5600ms"
)";

constexpr const char* kQueue = R"(
[[pool.queue]]
name = "jobs"
database = "app"
query = """
select 'jobs' as queue, (select count(*) from faults.item where done = 0) as runnable,
       1.0::float8 as oldest_runnable_s, 0 as unpromoted, 0 as running,
       null::float8 as oldest_running_s, (select n from faults.tally) as done,
       null::timestamptz as last_done_at, 0 as failed, null::boolean as paused
"""
done = "queue"
sample_every = "250ms"
stall_after = "1500ms"
enter_after = 2
)";

}  // namespace

std::string fleet_text(const std::vector<std::string>& nodes,
                       const std::vector<std::string>& supervisors) {
  std::string candidates;
  std::string text = fmt::format(
      "[budget]\nflips = 1000\nwindow = \"10m\"\n"
      "[supervisor_timings]\n{}",
      kTimings);
  for (const auto& node : nodes) {
    text += fmt::format("\n[[node]]\nname = \"{}\"\n", node);
    candidates += fmt::format("\"{}\", ", node);
  }
  for (const auto& supervisor : supervisors)
    text += fmt::format("\n[[supervisor]]\nname = \"{}\"\n", supervisor);
  return text + fmt::format(
                    "\n[[pool]]\nname = \"mail\"\ncandidates = [{}]\n"
                    "drain_timeout = \"1s\"\nstalled_drain_timeout = \"200ms\"\n"
                    "start_timeout = \"6s\"\nverify_timeout = \"5s\"\nhold_down = \"0s\"\n"
                    "cooldown = \"1s\"\ncooldown_max = \"2s\"\n[pool.timings]\n{}{}",
                    candidates, kTimings, kQueue);
}

}  // namespace jobflip::faults
