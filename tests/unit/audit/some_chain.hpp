#pragma once
/// A chain that holds, to be touched.

#include <string>
#include <vector>

#include "jobflip/audit/chain.hpp"
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

}  // namespace jobflip::audit
