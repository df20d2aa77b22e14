#pragma once
/// One sentence for each event of the audit log, for people: "flip 7 from job1 to job2 is asked
/// for: disk full". The person who did it is not in the sentence; the lists have a column for that.
///
/// A payload is text from outside. A key that is missing or has another type is left out of the
/// sentence, a kind that this version does not know has its name and its reason, and all text is
/// escaped. Nothing here throws.

#include <string>

#include "jobflip/core/audit.hpp"

namespace jobflip::view {

std::string event_text(const core::AuditEvent& event);

/// Who did it: the claimed name, else the node, else the login.
std::string event_actor(const core::AuditEvent& event);

}  // namespace jobflip::view
