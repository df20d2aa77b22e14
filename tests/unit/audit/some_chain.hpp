#pragma once
/// A chain that holds, to be changed, and exports as text.

#include <sstream>
#include <string>
#include <vector>

#include "jobflip/audit/chain.hpp"
#include "jobflip/audit/export_reader.hpp"
#include "jobflip/core/history.hpp"

namespace jobflip::audit {

inline std::vector<core::AuditEvent> chain_of(int length, const std::string& name = "mail") {
  std::vector<core::AuditEvent> events;
  std::string previous(kHashBytes, '\0');
  for (int seq = 1; seq <= length; ++seq) {
    core::AuditEvent event;
    event.chain = name;
    event.seq = seq;
    event.at = WallTime{Micros{1'700'000'000'000'000 + seq}};
    event.kind = "lease_taken";
    event.session_user = "job1";
    event.reason = "reason " + std::to_string(seq);
    event.payload = "{}";
    event.previous_hash = previous;
    event.hash = audit_hash(previous, event);
    previous = event.hash;
    events.push_back(std::move(event));
  }
  return events;
}

inline core::ChainHead head_of(const std::vector<core::AuditEvent>& events) {
  return {events.back().chain, events.back().seq, events.back().hash};
}

/// The event with its hash computed again, as one does who knows the form.
inline core::AuditEvent rehashed(core::AuditEvent event) {
  event.hash = audit_hash(event.previous_hash, event);
  return event;
}

inline std::string written(const std::vector<core::ChainHead>& heads,
                           const std::vector<core::AuditEvent>& events,
                           ExportFormat format = ExportFormat::json, std::size_t page = 3) {
  std::ostringstream out;
  ExportWriter writer{out, format, heads};
  for (std::size_t at = 0; at < events.size(); at += page)
    writer.add(std::span{events}.subspan(at, std::min(page, events.size() - at)));
  writer.finish();
  return out.str();
}

struct ReadExport {
  LogEnds ends;
  std::vector<core::ChainHead> heads;  // none if it does not say
  std::vector<core::AuditEvent> events;
  ExportFormat format{};
};

inline Result<ReadExport> read_whole(const std::string& text, const std::string& name = "a.json") {
  std::istringstream in{text};
  ExportReader reader{in, name};
  ReadExport out;
  for (core::AuditEvent event;;) {
    const auto more = reader.next(event);
    if (!more) return more.error();
    if (!*more) break;
    out.events.push_back(event);
  }
  out.ends = reader.ends();
  out.heads = out.ends.heads.value_or(std::vector<core::ChainHead>{});
  out.format = reader.format();
  return out;
}

}  // namespace jobflip::audit
