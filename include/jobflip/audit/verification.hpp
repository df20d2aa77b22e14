#pragma once
/// Verifies the audit log: events and heads go in, the result for each chain comes out. The events
/// of an export come all at once; those of a store come in pages, through a ChainWalk.

#include <optional>
#include <span>
#include <vector>

#include "jobflip/audit/chain.hpp"
#include "jobflip/core/history.hpp"

namespace jobflip::audit {

/// The result for one chain.
struct ChainCheck {
  core::ChainHead head;  // as the store or the export says
  std::optional<Flaw> flaw;
};

/// A check for each head, in their order, then one for each chain that has events and no head.
/// Requires: the events of one chain are in order.
std::vector<ChainCheck> check_chains(std::span<const core::AuditEvent> events,
                                     std::span<const core::ChainHead> heads);

/// The flaws alone.
std::vector<Flaw> verify_chains(std::span<const core::AuditEvent> events,
                                std::span<const core::ChainHead> heads);

/// `found` is what the chain has from the anchor's number on: does the chain go through it?
std::optional<Flaw> flaw_of_anchor(const core::ChainHead& anchor,
                                   std::span<const core::AuditEvent> found);

/// Of all events that there are: the flaw of each chain's first anchor that has one.
std::vector<Flaw> flaws_of_anchors(std::span<const core::ChainHead> anchors,
                                   std::span<const core::AuditEvent> events);

/// Adds what anchors showed. A chain keeps the flaw that it has; one that was not checked, because
/// nothing of it is left, gets a check.
void add_flaws(std::span<const Flaw> flaws, std::vector<ChainCheck>& checks);

}  // namespace jobflip::audit
