#include "probe/preset_shape.hpp"

#include <algorithm>

namespace jobflip::probe {
namespace {

const std::vector<Shape>& table() {
  static const std::vector<Shape> all{
      {"river",
       {{"job", "river_job"},
        {"queue", "river_queue", "null::text as name, null::timestamptz as paused_at"},
        {"migration", "river_migration", "null::bigint as version"}},
       {{"migration 2 and later",
         "river.sql",
         {{"job",
           "id, queue, state, priority, attempt, scheduled_at, attempted_at, finalized_at, "
           "created_at, errors"},
          {"queue", "name, paused_at"}}}},
       "select max(version) from {migration}"},
      {"pg-boss",
       {{"job", "job"}, {"queue", "queue"}, {"version", "version", "null::int as version"}},
       {{"schema 46 and later (12.38)",
         "pgboss_46.sql",
         {{"job",
           "id, name, state, priority, start_after, started_on, completed_on, created_on, "
           "retry_count, expire_seconds, singleton_key, policy, blocked"},
          {"queue", "name, policy, retained_on"}}},
        {"with blocked jobs, up to 45 (12.27)",
         "pgboss_37.sql",
         {{"job",
           "id, name, state, start_after, created_on, retry_count, singleton_key, policy, blocked"},
          {"queue",
           "name, policy, table_name, total_count, queued_count, active_count, failed_count"}}},
        {"schema 26 (11)",
         "pgboss_26.sql",
         {{"job", "id, name, state, start_after, created_on, retry_count, singleton_key, policy"},
          {"queue", "name, policy, table_name, total_count, queued_count, active_count"}}},
        {"schema 22 to 24 (10)",
         "pgboss_24.sql",
         {{"job",
           "id, name, state, start_after, started_on, completed_on, created_on, retry_count, "
           "expire_in, singleton_key, policy"},
          {"queue", "name, policy, partition_name"}}}},
       "select version from {version}",
       "select name from {queue} order by 1 limit 20"},
      {"graphile-worker",
       {{"jobs", "jobs"},
        {"private_jobs", "_private_jobs"},
        {"migrations", "migrations", "null::int as id"}},
       {{"migration 17 and later (0.16), which has the view jobs",
         "graphile_worker.sql",
         {{"jobs",
           "id, queue_name, task_identifier, run_at, attempts, max_attempts, created_at, "
           "locked_at"},
          {"private_jobs", ""}}}},
       "select max(id) from {migrations}"},
  };
  return all;
}

}  // namespace

std::span<const Shape> shapes() {
  return table();
}

const Shape* find_shape(std::string_view preset) {
  const auto found = std::ranges::find(shapes(), preset, &Shape::preset);
  return found == shapes().end() ? nullptr : &*found;
}

std::vector<std::string> columns_of(const Need& need) {
  std::vector<std::string> out;
  auto rest = need.columns;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(", "), rest.size());
    out.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  return out;
}

}  // namespace jobflip::probe
