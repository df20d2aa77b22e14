/// status: the current state, what is wrong first.

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/kept_back.hpp"
#include "cli/service_lines.hpp"
#include "cli/status_view.hpp"
#include "cli/status_watch.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/duration.hpp"
#include "jobflip/core/freshness.hpp"
#include "jobflip/view/json_view.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::cli {
namespace {

constexpr std::size_t kFewPools = 3;  // all are shown in full

void print_pool(Session& session, const core::Snapshot& snapshot, const core::PoolView& pool,
                const core::ObservedPools& observed) {
  auto& out = session.out();
  out << '\n';
  session.line(pool.settings.name.str() + ": " + view::holder_text(pool), Style::bold);
  const auto alarms = view::pool_alarms(snapshot, pool);
  print_alarms(session, view::without_repeats(alarms));
  print_observed(session, pool, observed);
  if (const auto text = view::last_flip_text(pool); !text.empty())
    session.line(text, Style::plain, 2);
  if (const auto text = view::open_incident_text(pool); !text.empty())
    session.line(text, Style::plain, 2);
  session.print(nodes_table(pool));
  if (!pool.queues.empty()) {
    out << '\n';
    session.print(queues_table(pool, alarms));
  } else if (pool.settings.queues.empty()) {
    out << "no queue is watched\n";
  }
}

/// What is read beside the pools; of no use if one pool was asked for.
struct Beside {
  core::ObservedPools observed;
  std::vector<view::ServiceLine> services;
  std::optional<Error> services_error;  // they can't be read: nobody knows whether one is down
};

void print_services(Session& session, const Beside& beside) {
  if (beside.services_error)
    session.line("services can't be read: " + printable(beside.services_error->text, 300),
                 style_of(core::AlarmLevel::warning), 2);
  print_service_alarms(session, beside.services);
}

void print_head(Session& session, const core::Snapshot& snapshot, const Beside& beside) {
  const auto leader = core::leading_supervisor(snapshot);
  session.line(view::clock_text(snapshot.store_time) +
               (leader ? fmt::format("  supervisor {} leads", leader->str()) : ""));
  print_alarms(session, view::fleet_alarms(snapshot));
  print_services(session, beside);
  if (snapshot.pools.empty())
    session.out() << "there are no pools: create them with `jobflip apply FILE`\n";
}

void print_summary(Session& session, const std::vector<view::PoolLine>& lines) {
  if (!lines.empty()) session.print(summary_table(lines));
}

/// In full: a few pools, or those with something wrong.
void print_pools(Session& session, const core::Snapshot& snapshot,
                 const std::vector<view::PoolLine>& lines, const core::ObservedPools& observed) {
  std::size_t left_out = 0;
  for (const auto& line : lines) {
    if (lines.size() <= kFewPools || line.headline.level != core::AlarmLevel::note)
      print_pool(session, snapshot, *line.pool, observed);
    else
      ++left_out;
  }
  if (left_out > 0)
    session.line(fmt::format("\n{} with nothing wrong {} not shown in full: jobflip status POOL",
                             left_out, left_out == 1 ? "is" : "are"));
}

/// The first lines are out of sight once a page is longer than the window, without `watch`, which
/// keeps to it.
bool fits(const Session& session, const std::string& page) {
  const auto rows = session.terminal().out_rows();
  return !session.terminal().out_is_terminal || rows == 0 || session.options().watch ||
         static_cast<std::size_t>(std::ranges::count(page, '\n')) < rows;
}

view::Json status_json(const core::Snapshot& snapshot, const Pools& pools, const Beside& beside) {
  auto out = view::fleet_json(snapshot, pools, beside.observed);
  if (beside.services_error) {
    out["services"] = nullptr;
    out["services_error"] = beside.services_error->text;
    return out;
  }
  auto& services = out["services"] = view::Json::array();
  for (const auto& line : beside.services) services.push_back(view::service_json(line));
  return out;
}

void print_status(Session& session, const core::Snapshot& snapshot, const Pools& pools,
                  const Beside& beside) {
  if (session.format() == Format::json) return session.print(status_json(snapshot, pools, beside));
  if (session.format() == Format::tsv) return session.print(status_rows(pools));
  auto lines = view::pool_lines(snapshot, pools);
  std::string page;
  {
    const KeptBack kept{session.out()};
    print_head(session, snapshot, beside);
    print_summary(session, lines);
    print_pools(session, snapshot, lines, beside.observed);
    page = kept.text();
  }
  session.out() << page;
  if (fits(session, page)) return;
  session.out() << '\n';
  print_head(session, snapshot, beside);
  lines.resize(std::min(lines.size(), session.terminal().out_rows() / 2));  // the most serious
  print_summary(session, lines);
}

core::AlarmLevel worst_level(const core::Snapshot& snapshot,
                             const std::vector<view::PoolLine>& lines, const Beside& beside) {
  auto worst = beside.services_error ? core::AlarmLevel::warning : core::AlarmLevel::note;
  for (const auto& line : beside.services) worst = std::max(worst, view::level_of(line.status));
  for (const auto& alarm : core::alarms_of(snapshot))
    worst = std::max(worst, core::level_of(alarm.kind));
  if (!lines.empty()) worst = std::max(worst, lines.front().headline.level);  // they are sorted
  return worst;
}

void print_check(Session& session, const core::Snapshot& snapshot, const Pools& pools,
                 std::vector<view::PoolLine> lines, const Beside& beside) {
  if (session.format() == Format::json) return session.print(status_json(snapshot, pools, beside));
  if (session.format() == Format::tsv) return session.print(summary_rows(lines));
  std::erase_if(lines, [](const view::PoolLine& line) {
    return line.headline.level == core::AlarmLevel::note;
  });
  print_alarms(session, view::fleet_alarms(snapshot));
  print_services(session, beside);
  if (!lines.empty()) session.print(summary_table(lines));
}

/// For scripts: only what is wrong, and an exit code that says how much.
ExitCode check(Session& session, const core::Snapshot& snapshot, const Pools& pools,
               const Beside& beside) {
  const auto lines = view::pool_lines(snapshot, pools);
  print_check(session, snapshot, pools, lines, beside);
  switch (worst_level(snapshot, lines, beside)) {
    case core::AlarmLevel::critical:
      return ExitCode::failed;
    case core::AlarmLevel::warning:
      return ExitCode::held;
    case core::AlarmLevel::note:
      break;
  }
  return ExitCode::done;
}

ExitCode look_once(Session& session, ports::ReaderStore& store) {
  const auto snapshot = store.snapshot();
  if (!snapshot) return session.fail(snapshot.error());
  const auto pools = chosen_pools(*snapshot, session.options().pool);
  if (!pools) return session.fail(pools.error());
  Beside beside;
  if (session.options().pool.empty()) {
    auto services = services_of(store);
    if (services)
      beside.services = std::move(*services);
    else
      beside.services_error = services.error();
  }
  if (session.options().check) return check(session, *snapshot, *pools, beside);
  beside.observed = observed_of(store, *pools);
  print_status(session, *snapshot, *pools, beside);
  return ExitCode::done;
}

Result<Millis> watch_interval(const Session& session) {
  const auto interval = config::parse_duration(session.options().interval);
  if (!interval) {
    return Error{ErrorCode::usage, "--interval: " + interval.error().text, interval.error().hint};
  }
  if (*interval < Millis{100}) {
    return Error{ErrorCode::usage, "--interval is less than 100ms",
                 "each look is work for the store"};
  }
  return *interval;
}

}  // namespace

ExitCode perform_status(Session& session) {
  const auto interval = watch_interval(session);
  if (!interval) return session.fail(interval.error());
  if (session.options().watch) return watch_status(session, *interval, look_once);
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  return look_once(session, **store);
}

}  // namespace jobflip::cli
