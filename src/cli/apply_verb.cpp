#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/apply_view.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/files.hpp"
#include "jobflip/view/learned_view.hpp"

namespace jobflip::cli {

using Json = nlohmann::ordered_json;

namespace {

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

void show_advice(Session& session, const std::vector<view::QueueAdvice>& advice) {
  constexpr std::size_t kMost = 20;
  for (std::size_t i = 0; i < std::min(kMost, advice.size()); ++i) {
    session.warning(view::advice_text(advice[i]));
    session.hint(advice[i].advice.fix);
  }
  if (advice.size() > kMost)
    session.warning(fmt::format("and {} more such settings: --format json has all of them",
                                advice.size() - kMost));
}

}  // namespace

ExitCode perform_apply(Session& session) {
  const auto& path = session.options().path;
  if (path.empty()) return session.usage("FILE is missing", "such as: jobflip apply pools.toml");
  const auto fleet = config::parse_fleet_file(path);
  if (!fleet) return show_errors(session, fleet.error());
  const auto by = session.person_or("apply " + printable(path, 200));
  if (!by) return session.fail(by.error());
  auto reader = session.reader();
  if (!reader) return session.fail(reader.error());
  const auto before = (*reader)->snapshot();
  // a state that can't be read must not keep anybody from repairing it
  const auto trouble = before ? ErrorCode::store_failed : before.error().code;
  if (trouble != ErrorCode::store_failed && trouble != ErrorCode::store_timeout)
    return session.fail(before.error());
  auto store = session.operator_store();
  if (!store) return session.fail(store.error());
  const bool dry_run = session.options().dry_run;
  const auto changes = (*store)->apply(*fleet, *by, dry_run);
  if (!changes && dry_run) return session.fail(changes.error());
  if (!changes) {
    return session.fail_change(changes.error(), "look with `jobflip apply FILE --dry-run`");
  }
  const auto advice = advice_for(session, **reader, *fleet);
  if (session.format() == Format::json) {
    session.print(Json{{"schema", 1},
                       {"dry_run", dry_run},
                       {"changes", *changes},
                       {"warnings", view::advice_json(advice)}});
    return ExitCode::done;
  }
  show_advice(session, advice);
  if (session.format() == Format::tsv) {
    Table table{{"change"}, {}};
    for (const auto& change : *changes) table.rows.push_back({change});
    session.print(table);
    return ExitCode::done;
  }
  const auto shown = before ? shown_changes(*changes, *before, *fleet) : *changes;
  for (const auto& change : shown) session.out() << printable(change) << '\n';
  const auto count = std::ranges::count_if(shown, [](const auto& one) { return one[0] != ' '; });
  session.notice(count == 0 ? "nothing to change"
                            : fmt::format("{} change{}{}", count, count == 1 ? "" : "s",
                                          dry_run ? "; nothing was done: --dry-run" : " in force"));
  if (!dry_run) {
    for (const auto& pool : fleet->pools) (*store)->wake(pool.name);
  }
  return ExitCode::done;
}

}  // namespace jobflip::cli
