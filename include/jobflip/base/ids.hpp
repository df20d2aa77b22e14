#pragma once
/// Numbers and names that mean different things have different types, so that a node's name can't
/// stand where a pool's is wanted, and an epoch is never a bare integer.
///
/// Invariant: a Name is empty or matches [a-z0-9][a-z0-9._-]{0,62}, so it is safe in a file name, a
/// unit name, an argument and a log line without quoting.

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

using Epoch = Id<struct EpochTag>;            // number of one holding: the fencing token
using BeatNumber = Id<struct BeatNumberTag>;  // rises with every beat of a node
using FlipId = Id<struct FlipIdTag>;          // what people call a flip by
using SettingsVersion =
    Id<struct SettingsVersionTag>;  // rises with every `apply` that changes a pool

/// "" if the text can be a name, else the reason why it can't.
std::string_view why_not_a_name(std::string_view text) noexcept;

template <class Tag>
class Name {
 public:
  Name() = default;

  /// `what` is the word for it in the error, such as "pool name".
  static Result<Name> parse(std::string_view text, std::string_view what);

  /// Requires: the text is a name. For literals and for what the store checked already.
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

extern template class Name<struct PoolTag>;
extern template class Name<struct NodeTag>;
extern template class Name<struct QueueTag>;

/// A random 128-bit identifier (RFC 4122, version 4), as text. Used for attempts, requests,
/// instances.
struct Uuid {
  std::string text;
  auto operator<=>(const Uuid&) const = default;
};
Uuid random_uuid();

/// The n-th identifier of a run: `run` with the number as its last twelve digits. Lets pure code
/// make identifiers that no other run makes. Requires: n >= 0.
Uuid numbered(const Uuid& run, std::int64_t number);

}  // namespace jobflip

template <class Tag>
struct std::hash<jobflip::Name<Tag>> {
  std::size_t operator()(const jobflip::Name<Tag>& name) const noexcept {
    return std::hash<std::string>{}(name.str());
  }
};
