#pragma once
/// Numbers and names that mean different things have different types: a node's name can't be used
/// as a pool's, and an epoch is never a bare integer.
///
/// Invariant: a Name is empty or matches [a-z0-9][a-z0-9._-]{0,62}. So it needs no quotes in a file
/// name, a unit name, an argument or a log line.

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "jobflip/base/result.hpp"

namespace jobflip {

template <class Tag>
struct Id {
  std::int64_t value{};
  auto operator<=>(const Id&) const = default;
};

using Epoch = Id<struct EpochTag>;            // the fencing token: each take has a new one
using BeatNumber = Id<struct BeatNumberTag>;  // rises with every beat of a node
using FlipId = Id<struct FlipIdTag>;          // the number that people use for a flip
using IncidentId = Id<struct IncidentIdTag>;  // of an incident: see core/incident.hpp
// Rises with every `apply` that changes the pool.
using SettingsVersion = Id<struct SettingsVersionTag>;

/// "" if the text is a valid name, otherwise the reason why it is not.
std::string_view why_not_a_name(std::string_view text) noexcept;

template <class Tag>
class Name {
 public:
  Name() = default;

  /// Fails with ErrorCode::usage. `what` names the text in the error, such as "pool name".
  static Result<Name> parse(std::string_view text, std::string_view what);

  /// Requires: the text is a valid name. For literals, and for names that the store has checked.
  static Name of(std::string_view text);

  const std::string& str() const noexcept { return text_; }
  bool empty() const noexcept { return text_.empty(); }
  auto operator<=>(const Name&) const = default;

 private:
  std::string text_;
};

using PoolName = Name<struct PoolTag>;
using NodeName = Name<struct NodeTag>;
using QueueName = Name<struct QueueTag>;
using ServiceName = Name<struct ServiceTag>;

extern template class Name<struct PoolTag>;
extern template class Name<struct NodeTag>;
extern template class Name<struct QueueTag>;
extern template class Name<struct ServiceTag>;

/// A random 128-bit identifier (RFC 4122, version 4) as text. It names an attempt, a request or an
/// instance of an agent.
struct Uuid {
  std::string text;
  auto operator<=>(const Uuid&) const = default;
};
Uuid random_uuid();

/// The n-th identifier of a run: `run` with `number` as its last twelve hexadecimal digits. So pure
/// code makes identifiers that no other run makes. Requires: number >= 0.
Uuid numbered(const Uuid& run, std::int64_t number);

}  // namespace jobflip

template <class Tag>
struct std::hash<jobflip::Name<Tag>> {
  std::size_t operator()(const jobflip::Name<Tag>& name) const noexcept {
    return std::hash<std::string>{}(name.str());
  }
};
