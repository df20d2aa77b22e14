/// debug completion: the scripts of the shells. debug complete: the names that they ask the store
/// for. A shell may run it at every Tab, and may expand what it prints: it prints legal names and
/// numbers only, and nothing if anything fails, within a second.

#include <algorithm>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/names.hpp"
#include "cli/verbs.hpp"

namespace jobflip::cli {
namespace {

constexpr int kFlipsToComplete = 20;

std::vector<std::string> names_in(const core::Snapshot& snapshot, const std::string& what) {
  if (what == "nodes") return node_names(snapshot);
  std::vector<std::string> out;
  for (const auto& pool : snapshot.pools) {
    if (what == "pools") out.push_back(pool.settings.name.str());
    if (what == "open-flips" && pool.open_flip)
      out.push_back(std::to_string(pool.open_flip->id.value));
  }
  return out;
}

Result<std::vector<std::string>> recent_flips(ports::ReaderStore& store) {
  core::HistoryQuery query;
  query.limit = kFlipsToComplete;
  query.filter.kind = name_of(core::HistoryKind::flip);
  const auto entries = store.history(query);
  if (!entries) return entries.error();
  std::vector<std::string> out;
  for (const auto& entry : *entries)
    if (entry.flip) out.push_back(std::to_string(entry.flip->value));
  return out;
}

Result<std::vector<std::string>> names_of_store(Session& session, const std::string& what) {
  auto store = session.quick_reader();
  if (!store) return store.error();
  if (what == "flips") return recent_flips(**store);
  const auto snapshot = (*store)->snapshot();
  if (!snapshot) return snapshot.error();
  return names_in(*snapshot, what);
}

}  // namespace

ExitCode perform_completion(Session& session) {
  const auto& shells = session.options().rest;
  const auto shell = shells.size() == 1 ? shells.front() : "";
  if (shell != "bash" && shell != "zsh") {
    return session.usage("completion is for bash or zsh", "jobflip debug completion bash");
  }
  session.out() << (shell == "bash" ? bash_completion() : zsh_completion());
  return ExitCode::done;
}

ExitCode perform_complete(Session& session) {
  const auto& words = session.options().rest;
  const auto names = names_of_store(session, words.size() == 1 ? words.front() : "");
  if (!names) return ExitCode::done;
  for (const auto& name : *names)
    if (why_not_a_name(name).empty()) session.out() << name << '\n';
  return ExitCode::done;
}

}  // namespace jobflip::cli
