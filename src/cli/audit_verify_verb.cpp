/// audit verify.

#include <fmt/format.h>

#include <algorithm>

#include "cli/audit_access.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/view/json_text.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::cli {
namespace {

/// "flip_step, 2026-11-23 03:12:09Z"; "" if the event is missing.
std::string event_words(const audit::Flaw& flaw) {
  if (!flaw.at) return "";
  return fmt::format("{}, {}", printable(flaw.kind, 40), view::clock_text(*flaw.at));
}

std::string result_of(const audit::ChainCheck& check) {
  if (check.flaw) {
    const auto words = event_words(*check.flaw);
    return fmt::format("BROKEN at {}, {}: {}{}{}", check.flaw->seq, name_of(check.flaw->finding),
                       printable(check.flaw->why), words.empty() ? "" : "; it is ", words);
  }
  if (check.seal)
    return fmt::format("intact; sealed: {} events up to {}, in the export with sha256 {}",
                       check.seal->events, check.seal->up_to, printable(check.seal->sha256, 64));
  if (check.begin.seq > 0) return fmt::format("intact from event {} on", check.begin.seq + 1);
  return "intact";
}

void show_table(Session& session, const std::vector<audit::ChainCheck>& checks) {
  Table table{{"CHAIN", "EVENTS", "RESULT"}, {}};
  for (const auto& check : checks)
    table.rows.push_back({printable(check.head.chain, 63), std::to_string(check.head.seq),
                          Cell{result_of(check), check.flaw ? Style::bad : Style::good}});
  session.print(table);
}

ExitCode show_broken(Session& session, const audit::Flaw& flaw) {
  const auto words = event_words(flaw);
  return session.error(ExitCode::audit_broken,
                       fmt::format("the audit log is broken: chain {}, event {}: {}", flaw.chain,
                                   flaw.seq, name_of(flaw.finding)),
                       words.empty() ? flaw.why : fmt::format("{} ({})", flaw.why, words),
                       fmt::format("an older export has the event as it was: jq '.events[] | "
                                   "select(.chain == \"{}\" and .seq == {})' FILE",
                                   flaw.chain, flaw.seq));
}

ExitCode show_checks(Session& session, const std::vector<audit::ChainCheck>& checks) {
  if (session.format() == Format::json)
    session.print(audit::checks_json(checks));
  else
    show_table(session, checks);
  const auto broken =
      std::ranges::find_if(checks, [](const auto& check) { return check.flaw.has_value(); });
  if (broken != checks.end()) return show_broken(session, *broken->flaw);
  if (session.format() != Format::table) return ExitCode::done;
  std::int64_t events = 0;
  for (const auto& check : checks) events += check.events;
  session.out() << fmt::format("the audit log is intact: {} event{} in {} chain{}\n", events,
                               events == 1 ? "" : "s", checks.size(),
                               checks.size() == 1 ? "" : "s");
  return ExitCode::done;
}

/// What was not looked at, although nothing is broken.
void notice_limits(Session& session, const std::vector<audit::ChainCheck>& checks, bool has_anchors,
                   bool has_heads) {
  std::size_t compared = 0;
  for (const auto& check : checks) compared += check.anchors;
  if (has_anchors && compared == 0)
    session.warning("no anchor is of an event in this log: nothing was compared");
  else if (has_anchors)
    session.notice(fmt::format("{} anchor{} compared", compared, compared == 1 ? "" : "s"));
  else if (!has_heads)
    session.notice(
        "this format does not say where a chain ends: what was cut off at its end is not seen "
        "without --anchors");
}

}  // namespace

ExitCode perform_audit_verify(Session& session) {
  const auto& anchors_path = session.options().anchors;
  Result<std::vector<core::ChainHead>> anchors{std::vector<core::ChainHead>{}};
  if (!anchors_path.empty()) anchors = read_anchors(anchors_path, *session.terminal().in);
  if (!anchors) return session.fail(anchors.error());
  FileCheck checked{{}, true, false};
  if (!session.options().path.empty()) {
    auto file = check_file(session.options().path, *anchors);
    if (!file) return session.fail(file.error());
    checked = std::move(*file);
  } else {
    auto store = session.reader();
    if (!store) return session.fail(store.error());
    auto checks = check_store(**store, *anchors);
    if (!checks) return session.fail(checks.error());
    checked.checks = std::move(*checks);
  }
  const auto code = show_checks(session, checked.checks);
  if (code == ExitCode::done)
    notice_limits(session, checked.checks, !anchors->empty(), checked.has_heads);
  return code;
}

}  // namespace jobflip::cli
