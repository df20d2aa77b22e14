#include "cli/event_filter.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/names.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/moment.hpp"
#include "jobflip/config/suggest.hpp"
#include "jobflip/core/audit_kinds.hpp"
#include "jobflip/core/history.hpp"
#include "jobflip/core/operator_words.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::cli {
namespace {

constexpr int kUsualLimit = 20;

Result<std::optional<WallTime>> typed_moment(const Session& session, std::string_view option,
                                             const std::string& text) {
  if (text.empty()) return std::optional<WallTime>{};
  const auto at = config::parse_moment(text, session.host().wall());
  if (!at)
    return Error{ErrorCode::usage, fmt::format("{}: {}", option, at.error().text), at.error().hint};
  return std::optional{*at};
}

Result<std::string> typed_kind(const std::string& kind, const std::vector<std::string>& kinds) {
  if (kind.empty() || std::ranges::find(kinds, kind) != kinds.end()) return kind;
  const auto near = config::nearest_word(kind, kinds);
  return Error{
      ErrorCode::usage, fmt::format("--kind: there is no kind \"{}\"", printable(kind, 60)),
      fmt::format("{}kinds are: {}", near.empty() ? "" : fmt::format("did you mean \"{}\"? ", near),
                  fmt::join(kinds, ", "))};
}

void notice_unknown(Session& session, std::string_view what, const std::string& name,
                    const std::vector<std::string>& known) {
  const auto near = config::nearest_word(name, known);
  session.notice(fmt::format("there is no {} \"{}\", and the log has none{}", what,
                             printable(name, 80),
                             near.empty() ? "" : fmt::format(": did you mean \"{}\"?", near)));
}

}  // namespace

std::vector<std::string> audit_kind_names() {
  std::vector<std::string> out;
  for (const auto& row : core::audit_kinds()) out.emplace_back(row.name);
  return out;
}

std::vector<std::string> history_kind_names() {
  using enum core::HistoryKind;
  std::vector<std::string> out;
  for (const auto kind : {flip, takeover, take, hold, refused}) out.emplace_back(name_of(kind));
  return out;
}

Result<core::EventFilter> typed_filter(const Session& session,
                                       const std::vector<std::string>& kinds) {
  const auto& words = session.options().filter;
  core::EventFilter out;
  const auto since = typed_moment(session, "--since", words.since);
  if (!since) return since.error();
  const auto until = typed_moment(session, "--until", words.until);
  if (!until) return until.error();
  if (*since && *until && **until <= **since)
    return Error{ErrorCode::usage,
                 fmt::format("--until {} ({}) is not after --since {} ({})",
                             printable(words.until, 60), view::clock_text(**until),
                             printable(words.since, 60), view::clock_text(**since)),
                 "times are in UTC; a length such as 2h is so long ago"};
  const auto kind = typed_kind(words.kind, kinds);
  if (!kind) return kind.error();
  if (!words.node.empty())
    if (const auto node = NodeName::parse(words.node, "--node: node name"); !node)
      return node.error();
  if (!core::may_be_claimed(words.actor))
    return Error{ErrorCode::usage, "--actor is not UTF-8 text of at most 200 bytes",
                 "write the name as the column BY has it"};
  out.since = *since;
  out.until = *until;
  out.node = words.node;
  out.actor = words.actor;
  out.kind = *kind;
  if (session.options().flip != 0) out.flip = FlipId{session.options().flip};
  return out;
}

int typed_limit(const Session& session) {
  return session.options().limit == 0 ? kUsualLimit : session.options().limit;
}

int with_one_more(int limit) {
  return std::min(limit + 1, core::kMostHistory);
}

void notice_more(Session& session, int limit) {
  if (session.format() != Format::table) return;
  session.notice(fmt::format(
      "the newest {} of more: --limit N has more of them, --until TIME older ones", limit));
}

void notice_unknown_node(Session& session, ports::ReaderStore& store, const std::string& node) {
  if (node.empty()) return;
  const auto snapshot = store.snapshot();
  if (!snapshot) return;
  const auto known = node_names(*snapshot);
  if (std::ranges::find(known, node) != known.end()) return;
  core::EventFilter filter;
  filter.node = node;
  const auto moves = store.history({PoolName{}, 1, filter});
  const auto events = store.audit({"", 0, 1, true, filter});
  if (moves && moves->empty() && events && events->empty())
    notice_unknown(session, "node", node, known);
}

void notice_unknown_pool(Session& session, ports::ReaderStore& store, const std::string& pool) {
  if (pool.empty()) return;
  const auto heads = store.audit_heads();
  const auto snapshot = store.snapshot();
  if (!heads || !snapshot) return;
  std::vector<std::string> known;
  for (const auto& head : *heads) known.push_back(head.chain);
  for (const auto& one : snapshot->pools) known.push_back(one.settings.name.str());
  if (std::ranges::find(known, pool) == known.end()) notice_unknown(session, "pool", pool, known);
}

}  // namespace jobflip::cli
