#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/apply_view.hpp"
#include "cli/confirm.hpp"
#include "cli/pool_file.hpp"
#include "cli/queue_advice.hpp"
#include "cli/queue_databases.hpp"
#include "cli/queue_trials.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/view/learned_view.hpp"

namespace jobflip::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kAskedFrom = 2;   // removed pools: one may be meant, several may be a mistake
constexpr std::size_t kNamesMax = 500;  // of a list, in bytes

std::vector<std::string> removed_pools(const core::Snapshot& before, const core::Fleet& wanted) {
  std::vector<std::string> out;
  for (const auto& pool : before.pools) {
    const auto& name = pool.settings.name;
    const bool stays = std::ranges::any_of(
        wanted.pools, [&name](const core::PoolSettings& other) { return other.name == name; });
    if (!stays && name.str() != core::kSupervisorPool) out.push_back(name.str());
  }
  return out;
}

/// Empty if the change may go on; otherwise what the verb returns.
std::optional<ExitCode> ask_about_removals(Session& session, const core::Snapshot& before,
                                           const core::Fleet& wanted) {
  const auto removed = removed_pools(before, wanted);
  if (removed.size() < kAskedFrom || session.options().yes) return std::nullopt;
  const auto what = fmt::format("{} of {} pools are not in the file, and are removed: {}",
                                removed.size(), before.pools.size(),
                                printable(fmt::format("{}", fmt::join(removed, ", ")), kNamesMax));
  const auto dry_run = "`jobflip apply FILE --dry-run`";
  if (is_standard_input(session.options()))
    return session.usage(what, fmt::format("add --yes, or look first with {}", dry_run));
  if (const auto can = can_confirm(session, dry_run); !can)
    return session.error(ExitCode::usage, what, can.error().text, can.error().hint);
  session.warning(what);
  const auto count = std::to_string(removed.size());
  if (confirm(session, count, fmt::format("Type the number of removed pools ({}): ", count)))
    return std::nullopt;
  return session.error(ExitCode::failed, "not confirmed: nothing was done");
}

/// What a dry run makes of the queues. Without a supervisor's file nobody knows where they are.
struct DryRun {
  std::optional<std::vector<QueueTrial>> trials;
  std::string why_not;

  ExitCode code() const {
    const bool is_good = !trials || std::ranges::all_of(*trials, [](const auto& one) {
      return one.sample.has_value();
    });
    return is_good ? ExitCode::done : ExitCode::failed;
  }
};

DryRun try_all(Session& session, const core::Fleet& fleet) {
  const auto databases = supervisor_databases(session);
  if (!databases) {
    const auto fault = databases.error().errors.front();  // error() is a copy
    return {std::nullopt, to_text(fault)};
  }
  const auto probe = session.stores().open_probe(*databases);
  return {try_queues(*probe, fleet.pools, {}, session.host().interrupted), ""};
}

void note_trials(Session& session, const DryRun& tried, std::size_t queues) {
  if (!tried.trials) {
    if (queues == 0) return;
    session.warning(fmt::format("{} queue{} not tried: {}", queues, queues == 1 ? " was" : "s were",
                                tried.why_not));
    session.hint("--supervisor-config names a supervisor's file, which says where they are");
    return;
  }
  const auto all = tried.trials->size();
  const auto bad = static_cast<std::size_t>(
      std::ranges::count_if(*tried.trials, [](const auto& one) { return one.sample.has_error(); }));
  if (bad == 0)
    session.notice(fmt::format("{} queue{} tried, and can be read", all, all == 1 ? "" : "s"));
  else
    session.notice(fmt::format("{} of {} queue{} can't be read: BLIND, once this is applied", bad,
                               all, all == 1 ? "" : "s"));
}

std::size_t queues_of(const core::Fleet& fleet) {
  std::size_t count = 0;
  for (const auto& pool : fleet.pools) count += pool.queues.size();
  return count;
}

/// A dry run compares in the store, as a change would: it needs the same rights.
ExitCode fail_dry_run(Session& session, Error error) {
  if (error.code == ErrorCode::store_denied)
    error.hint =
        "apply needs a login in jobflip_operator, with --dry-run too; with one in "
        "jobflip_reader, `jobflip probe QUEUE --file FILE` tries a queue of the file";
  return session.fail(error);
}

void note_changes(Session& session, const std::vector<std::string>& shown) {
  const bool dry_run = session.options().dry_run;
  const auto count = std::ranges::count_if(shown, [](const auto& one) { return one[0] != ' '; });
  session.notice(count == 0 ? "nothing to change"
                            : fmt::format("{} change{}{}", count, count == 1 ? "" : "s",
                                          dry_run ? "; nothing was done: --dry-run" : " in force"));
}

/// The queues whose settings contradict what was learned about them.
std::vector<view::QueueAdvice> advice_for(Session& session, ports::ReaderStore& reader,
                                          const core::Fleet& fleet) {
  const auto learned = reader.all_learned();
  if (!learned) {
    session.warning("the settings were not compared with what was learned: " +
                    printable(learned.error().text, 300));
    return {};
  }
  return view::advice_on_fleet(fleet, *learned);
}

void print_for_programs(Session& session, const std::vector<std::string>& changes,
                        const DryRun& tried, const std::vector<view::QueueAdvice>& advice) {
  const bool dry_run = session.options().dry_run;
  if (session.format() == Format::json) {
    Json document{{"schema", 1},
                  {"dry_run", dry_run},
                  {"changes", changes},
                  {"warnings", view::advice_json(advice)}};
    if (dry_run) document["tried"] = tried.trials.has_value();
    if (dry_run) document["queues"] = tried.trials ? json_of(*tried.trials) : Json{};
    session.print(document);
    return;
  }
  Table table{{"change"}, {}};
  for (const auto& change : changes) table.rows.push_back({change});
  session.print(table);
}

}  // namespace

ExitCode perform_apply(Session& session) {
  const auto& options = session.options();
  if (options.path.empty())
    return session.usage("FILE is missing", "such as: jobflip apply pools.toml");
  const auto fleet = read_pool_file(session);
  if (!fleet) return show_errors(session, fleet.error());
  if (options.dry_run && !options.supervisor_path.empty())
    if (const auto databases = supervisor_databases(session); !databases)
      return show_errors(session, databases.error());
  const auto by = session.person_or("apply " + printable(name_of_pool_file(options), 200));
  if (!by) return session.fail(by.error());
  auto reader = session.reader();
  if (!reader) return session.fail(reader.error());
  const auto before = (*reader)->snapshot();
  // a state that can't be read must not keep anybody from repairing it
  const auto trouble = before ? ErrorCode::store_failed : before.error().code;
  if (trouble != ErrorCode::store_failed && trouble != ErrorCode::store_timeout)
    return session.fail(before.error());
  if (before && !options.dry_run)
    if (const auto stop = ask_about_removals(session, *before, *fleet)) return *stop;
  auto store = session.operator_store();
  if (!store) return session.fail(store.error());
  const auto changes = (*store)->apply(*fleet, *by, options.dry_run);
  if (!changes && options.dry_run) return fail_dry_run(session, changes.error());
  if (!changes)
    return session.fail_change(changes.error(), "look with `jobflip apply FILE --dry-run`");
  const auto advice = advice_for(session, **reader, *fleet);
  const bool for_people = session.format() == Format::table;
  if (session.format() != Format::json) show_advice(session, advice);
  const auto shown = before ? shown_changes(*changes, *before, *fleet) : *changes;
  if (for_people) {
    for (const auto& change : shown) session.out() << printable(change) << '\n';
    note_changes(session, shown);
  }
  const auto tried = options.dry_run ? try_all(session, *fleet) : DryRun{};
  if (!for_people) print_for_programs(session, *changes, tried, advice);
  if (options.dry_run) {
    if (tried.trials) show_trials(session, *tried.trials);
    note_trials(session, tried, queues_of(*fleet));
    return tried.code();
  }
  for (const auto& pool : fleet->pools) (*store)->wake(pool.name);
  return ExitCode::done;
}

}  // namespace jobflip::cli
