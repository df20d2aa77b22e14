#include "e2e/site.hpp"
#include "support/build_paths.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "demo/settings_text.hpp"

namespace jobflip::e2e {
namespace {

constexpr const char* kTimings = R"(beat_every = "400ms"
call_deadline = "500ms"
graceful_stop = "400ms"
kill_to_empty = "200ms"
guard_margin = "300ms"
)";
constexpr const char* kLease = R"(lease = "3s"
takeover_after = "3800ms"
freeze = "4500ms"
)";

// Writes a line every 50 ms. `read` and `echo` are builtins of the shell; sleep is its child, so
// that there is a descendant to end as well. /proc/uptime shows CLOCK_BOOTTIME.
constexpr const char* kWorker =
    "while :; do read up rest </proc/uptime; "
    "echo $JOBFLIP_NODE $JOBFLIP_EPOCH $up >>$TRACE; sleep 0.05; done";

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text + " " + result.error().hint);
  return std::move(*result);
}
void must(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().text + " " + result.error().hint);
}

std::string fleet_text(const SiteSettings& settings, const std::string& trace) {
  std::string nodes;
  std::string text = "[supervisor_timings]\n" + std::string{kTimings} + kLease;
  const std::string lease = settings.lease.empty() ? kLease : settings.lease;
  for (const auto& node : settings.nodes) {
    text += fmt::format("\n[[node]]\nname = \"{}\"\n", node);
    nodes += fmt::format("\"{}\", ", node);
  }
  for (const char* name : {"sup1", "sup2"})
    text += fmt::format("\n[[supervisor]]\nname = \"{}\"\n", name);
  std::string done = settings.moving ? "(extract(epoch from now()) * 1000)::bigint" : "7";
  if (settings.traced) done = fmt::format("coalesce((pg_stat_file('{}', true)).size, 0)", trace);
  const auto constant = fmt::format(R"(query = """
select 'email' as queue, 5 as runnable, 1.0::float8 as oldest_runnable_s, 0 as unpromoted,
       0 as running, null::float8 as oldest_running_s, {} as done,
       null::timestamptz as last_done_at, 0 as failed, null::boolean as paused
"""
done = "queue")",
                                    done);
  const auto source = settings.source.empty() ? constant : settings.source;
  return text + fmt::format(R"(
[[pool]]
name = "mail"
mode = "{}"
candidates = [{}]
drain_timeout = "2s"
stalled_drain_timeout = "200ms"
start_timeout = "5s"
verify_timeout = "3s"
hold_down = "0s"
{}{}
[pool.timings]
{}
[[pool.queue]]
name = "email"
database = "app"
{}
sample_every = "250ms"
stall_after = "1s"
enter_after = 2
)",
                            settings.mode, nodes, settings.cooldown, settings.pool,
                            kTimings + lease, source);
}

}  // namespace

Site::Site(SiteSettings settings)
    : programs_{must(demo::find_programs(test::build_path("jobflip")))},
      account_{must(demo::unprivileged_account())},
      folders_{must(demo::Folders::make("", account_))} {
  cluster_.emplace(must(demo::Cluster::start(programs_, folders_, account_)));
  const auto made = run({"init", "--own-database", "--yes"}, "postgres");
  if (made.end != host::ProcessEnd{}) throw std::runtime_error("init: " + made.output);
  std::string logins =
      "create role ops login in role jobflip_operator; create role probe login;"
      "grant pg_read_server_files to probe; "
      "grant execute on function pg_stat_file(text, boolean) to probe;"
      "do $$ begin execute format('grant connect on database %I to probe', "
      "current_database()); end $$;";
  for (const auto& node : settings.nodes)
    logins += fmt::format("create role {} login in role jobflip_agent;", node);
  for (const char* name : {"sup1", "sup2"})
    logins += fmt::format("create role {} login in role jobflip_supervisor;", name);
  must(cluster_->sql(logins));
  if (settings.pooled) {
    std::vector<std::string> all{"ops", "probe", "sup1", "sup2"};
    all.insert(all.end(), settings.nodes.begin(), settings.nodes.end());
    pooler_.emplace(folders_, account_, all);
  }
  write_settings(settings);
  const auto applied = run({"apply", folders_.run + "/fleet.toml", "--reason", "the test"});
  if (applied.end != host::ProcessEnd{}) throw std::runtime_error("apply: " + applied.output);
}

Site::~Site() {
  const Instant give_up = BootClock::now() + Millis{5000};
  for (auto& [name, process] : daemons_) process.send(SIGTERM);
  for (auto& [name, process] : daemons_)
    process.wait(
        std::max(Millis{0}, std::chrono::duration_cast<Millis>(give_up - BootClock::now())));
  daemons_.clear();
  within(Millis{5000}, [&] {
    const auto left = demo::processes_with({{"TRACE", trace_file()}});
    for (const auto& seen : left) ::kill(seen.pid, SIGKILL);
    return left.empty();
  });
  if (cluster_) cluster_->stop(Millis{5000});
}

void Site::write_settings(const SiteSettings& settings) {
  for (const auto& node : settings.nodes) {
    const std::string runtime = folders_.run + "/" + node;
    must(demo::write_text(
        runtime + ".toml",
        fmt::format("node = \"{}\"\nruntime_dir = \"{}\"\n[store]\nconninfo = \"{}\"\n"
                    "[workers.mail]\ndriver = \"command\"\ncommand = [\"/bin/sh\", \"-c\", '{}']\n"
                    "{}output = \"{}/worker.log\"\nenvironment = {{ TRACE = \"{}\" }}\n",
                    node, runtime, store(node), kWorker, demo::worker_user_line(), folders_.logs,
                    trace_file())));
  }
  for (const std::string name : {"sup1", "sup2"}) {
    const std::string runtime = folders_.run + "/" + name;
    must(demo::write_text(runtime + ".toml",
                          fmt::format("supervisor = \"{}\"\nruntime_dir = \"{}\"\n[store]\n"
                                      "conninfo = \"{}\"\n[databases.app]\nconninfo = \"{}\"\n",
                                      name, runtime, store(name), store("probe"))));
  }
  must(demo::write_text(folders_.run + "/fleet.toml", fleet_text(settings, trace_file())));
}

void Site::start(const std::string& role, const std::string& name) {
  host::SpawnSettings spawn;
  spawn.argv = {programs_.jobflip, role, "--config", folders_.run + "/" + name + ".toml"};
  spawn.environment = {{"TRACE", trace_file()}};
  spawn.output = folders_.logs + "/" + name + ".log";
  spawn.own_group = true;
  daemons_.insert_or_assign(name, must(host::Process::spawn(spawn)));
}

demo::Ran Site::run(std::vector<std::string> words, const std::string& login) {
  return run_on(login == "postgres" ? cluster_->conninfo(login) : store(login), std::move(words));
}

std::string Site::store(const std::string& login) const {
  return pooler_ ? pooler_->conninfo(login) : cluster_->conninfo(login);
}

demo::Ran Site::run_on(const std::string& conninfo, std::vector<std::string> words) {
  host::SpawnSettings spawn;
  spawn.argv = std::move(words);
  spawn.argv.insert(spawn.argv.begin(), programs_.jobflip);
  spawn.environment = {{"JOBFLIP_STORE", conninfo}};
  return must(demo::run_to_end(std::move(spawn), folders_.logs + "/verb.out", Millis{60'000}));
}

demo::PoolReading Site::pool() {
  const auto ran = run({"status", "--format", "json"});
  if (ran.end != host::ProcessEnd{}) throw std::runtime_error("status: " + ran.output);
  return must(demo::parse_status(ran.output, "mail"));
}

std::vector<demo::MoveReading> Site::moves() {
  const auto ran = run({"history", "mail", "--format", "json"});
  if (ran.end != host::ProcessEnd{}) throw std::runtime_error("history: " + ran.output);
  return must(demo::parse_history(ran.output));
}

std::vector<demo::Seen> Site::workers_of(const std::string& node) const {
  auto found = demo::processes_with(
      {{"TRACE", trace_file()}, {"JOBFLIP_POOL", "mail"}, {"JOBFLIP_NODE", node}});
  // Keeps the children of guards, and drops the workers' own children.
  std::erase_if(found, [&](const demo::Seen& one) {
    return std::ranges::any_of(found,
                               [&](const demo::Seen& other) { return other.pid == one.parent; });
  });
  return found;
}

void Site::cut_power(const std::string& node) {
  const auto workers = workers_of(node);
  if (workers.empty()) throw std::runtime_error(node + " has no workers");
  daemon(node).send(SIGKILL);
  ::kill(workers.front().parent, SIGKILL);
  for (const auto& worker : workers) ::kill(worker.pid, SIGKILL);
  daemon(node).wait(Millis{5000});
  daemons_.erase(node);
}

bool Site::within(Millis at_most, const std::function<bool()>& holds) {
  const Instant give_up = BootClock::now() + at_most;
  while (!holds()) {
    if (BootClock::now() >= give_up) return false;
    ::poll(nullptr, 0, 50);
  }
  return true;
}

std::string Site::await_active(const std::string& not_this, Millis at_most) {
  std::string holder;
  const bool active = within(at_most, [&] {
    holder = pool().holder;
    return !holder.empty() && holder != not_this && !workers_of(holder).empty();
  });
  return active ? holder : "";
}

std::vector<Trace> Site::traces() const {
  std::vector<Trace> found;
  std::ifstream file(trace_file());
  for (Trace one; file >> one.node >> one.epoch >> one.at;) found.push_back(one);
  return found;
}

std::string Site::overlap(std::vector<Trace> traces) {
  std::ranges::stable_sort(traces, {}, &Trace::at);
  const Trace* last = nullptr;
  for (const Trace& one : traces) {
    const bool good = last == nullptr || (one.epoch == last->epoch && one.node == last->node) ||
                      (one.epoch > last->epoch);
    if (!good)
      return fmt::format("{} worked under epoch {} at {} after {} under epoch {} at {}", one.node,
                         one.epoch, one.at, last->node, last->epoch, last->at);
    last = &one;
  }
  return "";
}

std::string Site::logs() const {
  std::string all;
  for (const auto& file : std::filesystem::directory_iterator(folders_.logs)) {
    const auto text = demo::read_text(file.path().string());
    if (!text) continue;
    all += "--- " + file.path().filename().string() + "\n";
    all += text->substr(text->size() - std::min<std::size_t>(text->size(), 2500));
  }
  return all;
}

}  // namespace jobflip::e2e
