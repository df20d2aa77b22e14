#include "cli/audit_export.hpp"

#include <algorithm>

#include "cli/audit_access.hpp"

namespace jobflip::cli {
namespace {

Result<std::optional<core::AuditEvent>> one_event(ports::ReaderStore& store,
                                                  const core::AuditQuery& query) {
  auto found = store.audit(query);
  if (!found) return found.error();
  if (found->empty()) return std::optional<core::AuditEvent>{};
  return std::optional{std::move(found->front())};
}

/// The event before that one, if the store has it. An event that is missing there is none: then the
/// export says nothing of a beginning, and it is verified from the origin on, or from a seal.
Result<std::optional<core::ChainHead>> event_before(ports::ReaderStore& store,
                                                    const core::AuditEvent& event) {
  const auto before = one_event(store, {event.chain, event.seq - 2, 1, false});
  if (!before) return before.error();
  if (!*before || (*before)->seq != event.seq - 1) return std::optional<core::ChainHead>{};
  return std::optional{core::ChainHead{event.chain, (*before)->seq, (*before)->hash}};
}

/// Adds the chain with its bounds; nothing if no event of it fits.
Result<void> plan_chain(ports::ReaderStore& store, const core::ChainHead& head,
                        const core::EventFilter& filter, ExportPlan& plan) {
  auto end = head;
  if (filter.until) {
    core::EventFilter until;
    until.until = filter.until;
    const auto last = one_event(store, {head.chain, kBelowAll, 1, true, until});
    if (!last) return last.error();
    if (!*last) return {};
    if (head.seq == 0 || (*last)->seq < head.seq) end = {head.chain, (*last)->seq, (*last)->hash};
  }
  if (filter.since) {
    core::EventFilter since;
    since.since = filter.since;
    const auto first = one_event(store, {head.chain, kBelowAll, 1, false, since});
    if (!first) return first.error();
    if (!*first || (end.seq > 0 && (*first)->seq > end.seq)) return {};
    const auto begin = event_before(store, **first);
    if (!begin) return begin.error();
    if (*begin) plan.part->begins.push_back(**begin);
  }
  plan.heads.push_back(std::move(end));
  return {};
}

}  // namespace

Result<ExportPlan> plan_export(ports::ReaderStore& store, const std::string& chain,
                               const core::EventFilter& filter) {
  auto heads = store.audit_heads();  // first: events that are added meanwhile are not exported
  if (!heads) return heads.error();
  ExportPlan plan;
  if (chain.empty() && !filter.since && !filter.until) {
    plan.heads = std::move(*heads);
    return plan;
  }
  plan.part.emplace(audit::ExportPart{chain, filter.since, filter.until, {}});
  for (const auto& head : *heads) {
    if (!chain.empty() && head.chain != chain) continue;
    if (const auto planned = plan_chain(store, head, filter, plan); !planned)
      return planned.error();
  }
  return plan;
}

Result<void> write_export(ports::ReaderStore& store, const ExportPlan& plan,
                          audit::ExportFormat format, std::ostream& out) {
  audit::ExportWriter writer{out, format, plan.heads, plan.part};
  for (const auto& head : plan.heads) {
    std::optional<std::int64_t> after;
    if (plan.part) {
      const auto begin = std::ranges::find(plan.part->begins, head.chain, &core::ChainHead::chain);
      if (begin != plan.part->begins.end()) after = begin->seq;
    }
    const auto read = each_page(
        store, head,
        [&](const auto& events) {
          writer.add(events);
          return static_cast<bool>(out);
        },
        after);
    if (!read) return read.error();
  }
  writer.finish();
  if (!out)
    return Error{ErrorCode::host_failed, "the export could not be written", "is the disk full?"};
  return {};
}

}  // namespace jobflip::cli
