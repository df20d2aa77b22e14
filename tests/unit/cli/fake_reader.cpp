#include <algorithm>

#include "unit/cli/fake_stores.hpp"

namespace jobflip::cli {

Result<std::vector<core::AuditEvent>> FakeReader::audit(const core::AuditQuery& query) {
  script_.asked.push_back("audit " + query.chain + " " + std::to_string(query.after_seq));
  script_.filters.push_back(query.filter);
  if (script_.audit_error) return *script_.audit_error;
  if (script_.audit_error_after && query.limit > 1 && (*script_.audit_error_after)-- == 0)
    return Error{ErrorCode::store_unreachable, "the store went away", ""};
  std::vector<core::AuditEvent> out;
  for (const auto& event : script_.audit) {
    const auto& wanted = query.filter;
    const bool fits =
        (query.chain.empty() || event.chain == query.chain) && event.seq > query.after_seq &&
        (wanted.kind.empty() || wanted.kind == event.kind) &&
        (wanted.node.empty() || wanted.node == event.node) &&
        (!wanted.since || event.at >= *wanted.since) && (!wanted.until || event.at < *wanted.until);
    if (fits) out.push_back(event);
  }
  if (query.newest_first) std::ranges::reverse(out);
  if (static_cast<std::int64_t>(out.size()) > query.limit)
    out.resize(static_cast<std::size_t>(query.limit));
  return out;
}

Result<std::vector<core::Deployment>> FakeReader::deployments(const core::DeploymentQuery& query) {
  script_.asked.push_back("deployments " + query.pool.str() + " " + std::to_string(query.limit));
  auto out = script_.deployments;
  if (script_.answers_exactly)
    std::erase_if(out, [&](const auto& one) {
      return (query.since && one.started_at < *query.since) ||
             (query.until && one.started_at >= *query.until);
    });
  return out;
}

}  // namespace jobflip::cli
