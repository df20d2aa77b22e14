#pragma once
/// The words of --since, --until, --node, --actor, --kind and --flip as a filter for the store, and
/// what to say if nothing fits: a name that was misspelt must not look like a quiet week.

#include <string>
#include <string_view>
#include <vector>

#include "cli/session.hpp"
#include "jobflip/core/history.hpp"

namespace jobflip::cli {

/// Of the audit log, and of the history.
std::vector<std::string> audit_kind_names();
std::vector<std::string> history_kind_names();

/// An Error names the option that is wrong. `kinds`: those that --kind may name.
Result<core::EventFilter> typed_filter(const Session& session,
                                       const std::vector<std::string>& kinds);

/// --limit, else 20.
int typed_limit(const Session& session);

/// How many to ask the store for: one more shows whether there are more.
int with_one_more(int limit);
/// Leaves `limit` of them; true if there are more.
template <class T>
bool cut_to(int limit, std::vector<T>& found) {
  const auto shown = static_cast<std::size_t>(limit);
  const bool is_cut = found.size() > shown || found.size() == core::kMostHistory;
  if (found.size() > shown) found.resize(shown);
  return is_cut;
}
/// For an answer that --limit cut off.
void notice_more(Session& session, int limit);

/// Says so if the node is neither a candidate of a pool nor in the log. Errors of the store say
/// nothing: the answer itself was empty.
void notice_unknown_node(Session& session, ports::ReaderStore& store, const std::string& node);
/// The same of a pool, by its chain.
void notice_unknown_pool(Session& session, ports::ReaderStore& store, const std::string& pool);

}  // namespace jobflip::cli
