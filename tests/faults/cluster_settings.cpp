#include "faults/cluster_settings.hpp"

#include <fmt/format.h>

#include "demo/settings_text.hpp"

namespace jobflip::faults {
namespace {

// The sums of docs/safety.md: 3.8 >= 3 * 1.1 / 0.9 = 3.67; 4.5 >= 3.8 * 1.1 = 4.18;
// 3 >= 0.4 + 0.3 + 0.5 + 0.4 + 2 * 0.5 = 2.6.
constexpr const char* kTimings = R"(beat_every = "400ms"
call_deadline = "500ms"
lease = "3s"
graceful_stop = "400ms"
kill_to_empty = "300ms"
guard_margin = "500ms"
takeover_after = "3800ms"
freeze = "4500ms"
)";

}  // namespace

const char* const kWorkersTables =
#include "faults/workers_tables.sql.inc"
    ;

std::string fleet_text() {
  std::string text =
      fmt::format("[budget]\nflips = 1000\nwindow = \"1h\"\n[supervisor_timings]\n{}", kTimings);
  for (const char* node : {"job1", "job2", "job3"})
    text += fmt::format("\n[[node]]\nname = \"{}\"\n", node);
  for (const char* name : {"sup1", "sup2"})
    text += fmt::format("\n[[supervisor]]\nname = \"{}\"\n", name);
  return text + fmt::format(R"(
[[pool]]
name = "mail"
mode = "auto"
candidates = ["job1", "job2", "job3"]
drain_timeout = "1s"
stalled_drain_timeout = "200ms"
start_timeout = "5s"
verify_timeout = "3s"
hold_down = "0s"
cooldown = "1s"
cooldown_max = "4s"
[pool.timings]
{}
[[pool.queue]]
name = "items"
database = "app"
query = """
select 'items' as queue, count(*) as runnable,
       extract(epoch from max(clock_timestamp() - made_at))::float8 as oldest_runnable_s,
       0 as unpromoted, 0 as running, null::float8 as oldest_running_s,
       coalesce((select max(serial) from app.done), 0) as done,
       null::timestamptz as last_done_at, 0 as failed, null::boolean as paused
  from app.item where done_serial is null
"""
done = "queue"
sample_every = "250ms"
stall_after = "2s"
enter_after = 2
)",
                            kTimings);
}

std::string agent_text(const std::string& node, const std::string& runtime,
                       const std::string& conninfo, const std::string& worker_command,
                       const std::string& log, const std::string& mark) {
  return fmt::format(
      "node = \"{}\"\nruntime_dir = \"{}\"\n[store]\nconninfo = \"{}\"\n[workers.mail]\n"
      "driver = \"command\"\ncommand = [{}]\n{}output = \"{}\"\n"
      "environment = {{ NEMESIS_RUN = \"{}\" }}\n",
      node, runtime, conninfo, worker_command, demo::worker_user_line(), log, mark);
}

std::string supervisor_text(const std::string& name, const std::string& runtime,
                            const std::string& conninfo, const std::string& probe) {
  return fmt::format(
      "supervisor = \"{}\"\nruntime_dir = \"{}\"\n[store]\nconninfo = \"{}\"\n[databases.app]\n"
      "conninfo = \"{}\"\n",
      name, runtime, conninfo, probe);
}

}  // namespace jobflip::faults
