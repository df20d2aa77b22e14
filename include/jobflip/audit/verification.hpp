#pragma once
/// Verifies the audit log: events of any number of chains go in, one by one, with what is known of
/// the chains' beginnings and ends; the result for each chain comes out. The events of a store and
/// of an export go the same way. Memory grows with the number of chains, not with the events.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/audit/chain_walk.hpp"
#include "jobflip/core/history.hpp"

namespace jobflip::audit {

/// The result for one chain.
struct ChainCheck {
  core::ChainHead head;     // as the store or the export says; of an export without heads: the end
  core::ChainHead begin{};  // the event before the first one; seq 0: it begins at its origin
  std::int64_t events{0};   // that hold
  std::size_t anchors{0};   // that were compared
  std::optional<Seal> seal{};
  std::optional<Flaw> flaw{};
};

/// What a store or an export says of its chains beside their events.
struct LogEnds {
  /// The event before the first one of each chain that does not begin at its origin. Empty: nobody
  /// says where a chain begins.
  std::optional<std::vector<core::ChainHead>> begins;
  std::optional<std::vector<core::ChainHead>> heads;  // empty: nobody says where a chain ends
  bool is_part{false};
};

class LogCheck {
 public:
  static constexpr std::size_t kMostChains = 100'000;

  explicit LogCheck(std::span<const core::ChainHead> anchors = {});

  /// Requires: the events of one chain come in the order of the store or of the file.
  void add(const core::AuditEvent& event);
  /// The chain needs no more events: its flaw is known.
  bool is_decided(std::string_view chain) const;
  /// Too many chains to be an audit log: the events of the others were not looked at.
  bool is_flooded() const noexcept { return is_flooded_; }

  /// A check for each head, in their order; then one for each chain that has events or anchors and
  /// no head.
  std::vector<ChainCheck> finish(const LogEnds& ends);

 private:
  ChainWalk* walk_of(const std::string& chain);

  std::map<std::string, std::vector<core::ChainHead>, std::less<>> anchors_;
  std::map<std::string, ChainWalk, std::less<>> walks_;
  ChainWalk* newest_{nullptr};
  const std::string* newest_chain_{nullptr};
  bool is_flooded_{false};
};

/// Of whole chains.
std::vector<ChainCheck> check_chains(std::span<const core::AuditEvent> events,
                                     std::span<const core::ChainHead> heads,
                                     std::span<const core::ChainHead> anchors = {});

/// The flaws alone.
std::vector<Flaw> verify_chains(std::span<const core::AuditEvent> events,
                                std::span<const core::ChainHead> heads);

/// For a look at one event. `found` is what the chain has from the anchor's number on: does the
/// chain go through it?
std::optional<Flaw> flaw_of_anchor(const core::ChainHead& anchor,
                                   std::span<const core::AuditEvent> found);

}  // namespace jobflip::audit
