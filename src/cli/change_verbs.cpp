/// The verbs that are one call of the store: abort, ack, pause, resume, drain, undrain.

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/answer_view.hpp"
#include "cli/names.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/duration.hpp"
#include "jobflip/core/freshness.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr Millis kPauseLeast{1000};

/// The named pool, empty for --all; an Error if it is neither, both, or unknown.
Result<PoolName> pool_or_all(Session& session, bool all_allowed) {
  const auto& o = session.options();
  const std::string hint = all_allowed ? "name a pool, or write --all" : "name a pool";
  if (o.all && !o.pool.empty())
    return Error{ErrorCode::usage, "a pool and --all exclude each other", hint};
  if (o.pool.empty() && !o.all) return Error{ErrorCode::usage, "POOL is missing", hint};
  auto reader = session.reader();
  if (!reader) return reader.error();
  const auto snapshot = (*reader)->snapshot();
  if (!snapshot) return snapshot.error();
  if (o.all) return PoolName{};
  const auto pool = find_pool(*snapshot, o.pool);
  if (!pool) return pool.error();
  return (*pool)->settings.name;
}

/// The named node; an Error if no pool in the store has it as a candidate.
Result<NodeName> known_node(Session& session) {
  const auto& typed = session.options().node;
  if (typed.empty()) return Error{ErrorCode::usage, "NODE is missing", "name a node"};
  auto reader = session.reader();
  if (!reader) return reader.error();
  const auto snapshot = (*reader)->snapshot();
  if (!snapshot) return snapshot.error();
  return find_node(*snapshot, typed);
}

/// What the node goes on with, and how to move it away. Empty if the store does not say it: the
/// drain itself is done.
std::vector<const core::PoolView*> still_held(const core::Snapshot& snapshot,
                                              const NodeName& node) {
  std::vector<const core::PoolView*> out;
  for (const auto& pool : snapshot.pools)
    if (core::is_held_by(pool, node)) out.push_back(&pool);
  return out;
}

std::string command_to_move(const core::PoolView& pool) {
  return fmt::format("jobflip flip {} --from {} --reason TEXT", pool.settings.name.str(),
                     pool.owner.holder.str());
}

Json held_json(const std::vector<const core::PoolView*>& held) {
  auto out = Json::array();
  for (const auto* pool : held)
    out.push_back(Json{{"pool", pool->settings.name.str()},
                       {"epoch", pool->owner.epoch.value},
                       {"command", command_to_move(*pool)}});
  return out;
}

void print_held(Session& session, const NodeName& node,
                const std::vector<const core::PoolView*>& held) {
  if (held.empty()) return session.line(node.str() + " holds no pool: it can be taken down");
  session.line(fmt::format("{} goes on with {} pool{}:", node.str(), held.size(),
                           held.size() == 1 ? "" : "s"));
  Table table{{"POOL", "EPOCH", "TO MOVE IT AWAY"}, {}};
  for (const auto* pool : held)
    table.rows.push_back({pool->settings.name.str(), view::epoch_text(pool->owner.epoch),
                          "`" + command_to_move(*pool) + "`"});
  session.print(table);
}

ExitCode change_drain(Session& session, bool drained) {
  const auto by = drained ? session.person() : session.person_or("undrain");
  if (!by) return session.fail(by.error());
  const auto node = known_node(session);
  if (!node) return session.fail(node.error());
  auto store = session.operator_store();
  if (!store) return session.fail(store.error());
  const auto done = drained ? fmt::format("{} takes nothing over any more", node->str())
                            : fmt::format("{} may take over again", node->str());
  const auto answer = (*store)->drain(*node, drained, *by);
  if (!drained || !answer || !answer->accepted) return show_answer(session, answer, done);
  // read afterwards: it may have taken something over until now
  auto reader = session.reader();
  const auto snapshot = reader ? (*reader)->snapshot() : Result<core::Snapshot>{reader.error()};
  if (!snapshot) {
    session.warning("what it still holds is not known: " + snapshot.error().text);
    return show_answer(session, answer, done, "", Json{{"still_holds", nullptr}});
  }
  const auto held = still_held(*snapshot, *node);
  const auto code = show_answer(session, answer, done, "", Json{{"still_holds", held_json(held)}});
  if (session.format() != Format::json) print_held(session, *node, held);
  return code;
}

Result<Millis> pause_length(const std::string& text) {
  if (text.empty()) {
    return Error{ErrorCode::usage, "--for is missing",
                 "a pause must end by itself: --for 30m, --for 2h, --for 1d"};
  }
  const auto length = config::parse_duration(text);
  if (!length) return Error{ErrorCode::usage, "--for: " + length.error().text, length.error().hint};
  if (*length < kPauseLeast) {
    return Error{ErrorCode::usage,
                 "--for is " + short_duration(*length) + ", and must be at least 1s", ""};
  }
  return *length;
}

}  // namespace

ExitCode perform_abort(Session& session) {
  if (session.options().flip == 0) {
    return session.usage("FLIP is missing", "`jobflip status` shows the flip that is under way");
  }
  const auto by = session.person();
  if (!by) return session.fail(by.error());
  auto store = session.reached_operator_store();
  if (!store) return session.fail(store.error());
  const FlipId flip{session.options().flip};
  return show_answer(session, (*store)->abort_flip(flip, *by),
                     fmt::format("flip {} is aborted", flip.value),
                     fmt::format("flip {} can't be aborted", flip.value));
}

ExitCode perform_ack(Session& session) {
  const auto by = session.person("--comment");
  if (!by) return session.fail(by.error());
  const auto pool = pool_or_all(session, false);
  if (!pool) return session.fail(pool.error());
  auto store = session.operator_store();
  if (!store) return session.fail(store.error());
  return show_answer(session, (*store)->acknowledge(*pool, *by),
                     fmt::format("{}: the cooldown is lifted", pool->str()));
}

ExitCode perform_pause(Session& session) {
  const auto length = pause_length(session.options().length);
  if (!length) return session.fail(length.error());
  const auto by = session.person();
  if (!by) return session.fail(by.error());
  const auto pool = pool_or_all(session, true);
  if (!pool) return session.fail(pool.error());
  auto store = session.operator_store();
  if (!store) return session.fail(store.error());
  return show_answer(session, (*store)->pause(*pool, *length, *by),
                     fmt::format("{}: paused for {}", pool->empty() ? "all pools" : pool->str(),
                                 short_duration(*length)));
}

ExitCode perform_resume(Session& session) {
  const auto by = session.person_or("resume");
  if (!by) return session.fail(by.error());
  const auto pool = pool_or_all(session, true);
  if (!pool) return session.fail(pool.error());
  auto store = session.operator_store();
  if (!store) return session.fail(store.error());
  return show_answer(session, (*store)->pause(*pool, std::nullopt, *by),
                     fmt::format("{}: resumed", pool->empty() ? "all pools" : pool->str()));
}

ExitCode perform_drain(Session& session) {
  return change_drain(session, true);
}
ExitCode perform_undrain(Session& session) {
  return change_drain(session, false);
}

}  // namespace jobflip::cli
